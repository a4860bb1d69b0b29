//! wasm-bindgen, and what the WASM and its glue call each other.
//!
//! wasm-bindgen names imports and exports for people and hashes them. Nobody
//! but the two files reads these names, so they become one or two letters in
//! both.

use super::names::ShortNames;
use anyhow::{Context, Result, anyhow, ensure};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// The module and the JavaScript that belongs to it.
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
    let mut exports = Vec::new();
    let mut names = ShortNames::default();
    for export in module.exports.iter_mut() {
        let short = names.of(&format!("export {}", export.name));
        exports.push((short.clone(), export.name.clone()));
        export.name = short;
    }
    Ok(Bound {
        wasm: module.emit_wasm(),
        glue: rewrite(&glue, &imports, &exports)?,
        functions,
    })
}

/// The glue with the short names, and two exports of its own: `imports`, all
/// that the module asks for, and `start`, to be called with its exports.
fn rewrite(
    glue: &str,
    imports: &[(String, String)],
    exports: &[(String, String)],
) -> Result<String> {
    let mut text = String::from(glue);
    for (short, name) in exports {
        text = replace_word(&text, &format!("wasm.{name}"), &format!("wasm.{short}"));
    }
    for (_, name) in imports {
        let defined =
            glue.contains(&format!("function {name}(")) || glue.contains(&format!("const {name} "));
        ensure!(
            defined,
            "wasm-bindgen's glue has no function for the import {name}"
        );
    }
    let list: Vec<String> = imports
        .iter()
        .map(|(short, name)| format!("{short}:{name}"))
        .collect();
    text.push_str(&format!(
        "\nexport const imports = {{a:{{{}}}}};\n",
        list.join(",")
    ));
    let run = match exports.iter().find(|(_, name)| name == "__wbindgen_start") {
        Some((short, _)) => format!(" wasm.{short}();"),
        None => String::new(),
    };
    text.push_str(&format!(
        "export const start = exports => {{ wasm = exports;{run} }};\n"
    ));
    Ok(text)
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

/// `name` replaced where no longer name begins with it.
fn replace_word(text: &str, name: &str, short: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let after = &rest[at + name.len()..];
        let goes_on =
            after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$');
        out.push_str(&rest[..at]);
        out.push_str(if goes_on { name } else { short });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_name_is_another_name() {
        let text = "wasm.on(1); wasm.once(2); wasm.on";
        assert_eq!(
            replace_word(text, "wasm.on", "wasm.b"),
            "wasm.b(1); wasm.once(2); wasm.b"
        );
    }

    #[test]
    fn names_lose_hashes_but_not_arrays() {
        let name = "<[u8] as core[7671f4d5bb42fac5]::num::flt2dec::T>::f";
        assert_eq!(readable(name), "<[u8] as core::num::flt2dec::T>::f");
    }

    #[test]
    fn glue_gets_imports_and_start() {
        let glue = "let wasm;\nexport function __wbg_act_1(a) { host(a); }\nwasm.__wbindgen_start;";
        let imports = [(String::from("a"), String::from("__wbg_act_1"))];
        let exports = [(String::from("c"), String::from("__wbindgen_start"))];
        let text = rewrite(glue, &imports, &exports).unwrap();
        assert!(text.contains("export const imports = {a:{a:__wbg_act_1}};"));
        assert!(text.contains("wasm = exports; wasm.c();"));
    }

    #[test]
    fn an_import_without_a_function_is_an_error() {
        let imports = [(String::from("a"), String::from("__wbg_gone"))];
        assert!(rewrite("let wasm;", &imports, &[]).is_err());
    }
}
