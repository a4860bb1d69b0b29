//! wasm-bindgen, and what the WASM and its glue call each other.
//!
//! wasm-bindgen names imports and exports for people and hashes them. Nobody
//! but the two files reads these names, so they become one or two letters in
//! both. Its glue is left out, as the loader's boundary needs none.

use super::names::ShortNames;
use anyhow::{Context, Result, anyhow, ensure};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// The module and the names that JavaScript needs.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) wasm: Vec<u8>,
    pub(crate) glue: String,
    /// Names of the functions, as the compiler gave them, with their sizes in
    /// instructions.
    pub(crate) functions: Vec<(String, u64)>,
}

pub(crate) fn bind(compiled: &Path) -> Result<Bound> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .bundler(true)?
        .typescript(false);
    let mut output = bindgen
        .generate_output()
        .with_context(|| format!("wasm-bindgen cannot read {}", compiled.display()))?;
    let glue = output
        .start()
        .cloned()
        .ok_or_else(|| anyhow!("wasm-bindgen wrote no glue"))?;

    let module = output.wasm_mut();
    let functions: Vec<(String, u64)> = module
        .funcs
        .iter_local()
        .filter_map(|(id, local)| {
            Some((
                readable(module.funcs.get(id).name.as_deref()?),
                local.size(),
            ))
        })
        .collect();
    ensure!(
        !functions.is_empty(),
        "the compiled WASM has no function names, so it can't be searched for forbidden code"
    );

    let mut names = ShortNames::default();
    let mut imports = Vec::new();
    for import in module.imports.iter_mut() {
        let short = names.of(&format!("import {}", import.name));
        imports.push((short.clone(), import.name.clone()));
        import.module = String::from("a");
        import.name = short;
    }
    // The shim calls functions; nobody looks at the memory, or where its parts end.
    let mut unused = Vec::new();
    for export in module.exports.iter() {
        if export.name == "memory" || export.name.starts_with("__") {
            unused.push(export.id());
        }
    }
    for id in unused {
        module.exports.delete(id);
    }
    let mut exports = Vec::new();
    let mut names = ShortNames::default();
    for export in module.exports.iter_mut() {
        let short = names.of(&format!("export {}", export.name));
        exports.push((short.clone(), export.name.clone()));
        export.name = short;
    }
    Ok(Bound {
        wasm: module.emit_wasm(),
        glue: names_only(&glue, &imports, &exports)?,
        functions,
    })
}

/// What the shim needs in place of wasm-bindgen's glue. Only numbers cross, and
/// these need no glue: the module calls the shim's functions themselves, and the
/// shim the module's by their short names, which are constants here.
fn names_only(
    glue: &str,
    imports: &[(String, String)],
    exports: &[(String, String)],
) -> Result<String> {
    // What anything but numbers would go through, and what runs at the start.
    for needed in ["wasm.memory", "wasm.__wbindgen"] {
        ensure!(
            !glue.contains(needed),
            "the loader passes more than numbers: wasm-bindgen's glue uses {needed}"
        );
    }
    let given: Vec<&str> = imports.iter().map(|(_, name)| plain(name)).collect();
    let list: Vec<String> = imports
        .iter()
        .zip(&given)
        .map(|((short, _), name)| format!("{short}:{name}"))
        .collect();
    let (given, list) = (given.join(","), list.join(","));
    let mut text = format!("export const imports = ({given}) => ({{a:{{{list}}}}});\n");
    for (short, name) in exports {
        text.push_str(&format!(
            "export const {} = '{short}';\n",
            name.to_uppercase()
        ));
    }
    Ok(text)
}

/// The name in Rust of an import: `act` for `__wbg_act_61a8d8725802da08`.
fn plain(name: &str) -> &str {
    let name = name.strip_prefix("__wbg_").unwrap_or(name);
    name.rsplit_once('_').map_or(name, |(plain, _hash)| plain)
}

/// A demangled name without the crates' hashes.
fn readable(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        match after.split_once(']') {
            Some((hash, tail))
                if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) =>
            {
                rest = tail;
            }
            _ => {
                out.push('[');
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_hashes_but_not_arrays() {
        let name = "<[u8] as core[7671f4d5bb42fac5]::num::flt2dec::T>::f";
        assert_eq!(readable(name), "<[u8] as core::num::flt2dec::T>::f");
    }

    #[test]
    fn of_the_glue_only_names_are_left() {
        let glue = "let wasm;\nexport function on(a) { wasm.on(a); }";
        let imports = [(
            String::from("a"),
            String::from("__wbg_act_61a8d8725802da08"),
        )];
        let exports = [(String::from("c"), String::from("on"))];
        let text = names_only(glue, &imports, &exports).unwrap();
        let expected = "export const imports = (act) => ({a:{a:act}});\nexport const ON = 'c';\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn more_than_numbers_is_an_error() {
        for glue in ["wasm.memory.buffer", "wasm.__wbindgen_start()"] {
            assert!(names_only(glue, &[], &[]).is_err(), "{glue}");
        }
    }
}
