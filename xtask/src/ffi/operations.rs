//! The engine's public operations, read from its source.
//!
//! An operation is a function that a user of the crate can call: public, in a
//! module that is public or from whose private parts it is re-exported. What a
//! macro makes can't be seen before it is expanded; its functions stand under
//! the macro's name, such as `types::reasons!::as_str`.

use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::{Attribute, ImplItem, Item, TraitItem, Type, UseTree, Visibility};

/// The operations, such as `cdn::pool::Pool::new`.
pub(crate) fn of_crate(source: &Path) -> Result<BTreeSet<String>> {
    let mut reader = Reader::default();
    reader.module(&source.join("lib.rs"), source, "", true)?;
    Ok(reader.operations())
}

#[derive(Default)]
struct Reader {
    /// What each public module offers.
    offered: BTreeMap<String, BTreeSet<String>>,
    /// Public functions: the nearest public module, the type if it is a
    /// method, the name.
    found: Vec<(String, Option<String>, String)>,
}

impl Reader {
    /// Reads a file whose items belong to the public module `owner`.
    fn module(&mut self, file: &Path, folder: &Path, owner: &str, public: bool) -> Result<()> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let parsed = syn::parse_file(&text).with_context(|| file.display().to_string())?;
        for item in &parsed.items {
            self.item(item, folder, owner, public)?;
        }
        Ok(())
    }

    fn item(&mut self, item: &Item, folder: &Path, owner: &str, public: bool) -> Result<()> {
        let mut offer = |name: &syn::Ident, visibility: &Visibility| {
            if public && is_public(visibility) {
                let names = self.offered.entry(owner.to_owned()).or_default();
                names.insert(name.to_string());
            }
        };
        match item {
            Item::Mod(module) if module.content.is_none() && !is_test(&module.attrs) => {
                let name = module.ident.to_string();
                let (file, inside) = located(folder, &name);
                if is_public(&module.vis) && public {
                    let path = joined(owner, &name);
                    self.module(&file, &inside, &path, true)?;
                } else {
                    self.module(&file, &inside, owner, false)?;
                }
            }
            Item::Use(used) if public && is_public(&used.vis) => {
                let mut names = Vec::new();
                leaves(&used.tree, &mut names);
                let offered = self.offered.entry(owner.to_owned()).or_default();
                offered.extend(names);
            }
            Item::Struct(item) => offer(&item.ident, &item.vis),
            Item::Enum(item) => offer(&item.ident, &item.vis),
            Item::Fn(function) if is_public(&function.vis) => {
                offer(&function.sig.ident, &function.vis);
                let name = function.sig.ident.to_string();
                self.found.push((owner.to_owned(), None, name));
            }
            Item::Trait(item) if is_public(&item.vis) => {
                offer(&item.ident, &item.vis);
                for inner in &item.items {
                    if let TraitItem::Fn(function) = inner {
                        self.method(owner, &item.ident.to_string(), &function.sig.ident);
                    }
                }
            }
            Item::Impl(item) if item.trait_.is_none() && !is_test(&item.attrs) => {
                let Type::Path(path) = &*item.self_ty else {
                    return Ok(());
                };
                let Some(last) = path.path.segments.last() else {
                    return Ok(());
                };
                for inner in &item.items {
                    if let ImplItem::Fn(function) = inner
                        && is_public(&function.vis)
                    {
                        self.method(owner, &last.ident.to_string(), &function.sig.ident);
                    }
                }
            }
            Item::Macro(item) => {
                if let Some(name) = &item.ident {
                    for function in written_functions(&item.mac.tokens.to_string()) {
                        let name = format!("{name}!");
                        let offered = self.offered.entry(owner.to_owned()).or_default();
                        offered.insert(name.clone());
                        self.found.push((owner.to_owned(), Some(name), function));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn method(&mut self, owner: &str, of: &str, name: &syn::Ident) {
        self.found
            .push((owner.to_owned(), Some(of.to_owned()), name.to_string()));
    }

    /// Those that can be reached from outside.
    fn operations(&self) -> BTreeSet<String> {
        let offers = |owner: &str, name: &str| {
            self.offered
                .get(owner)
                .is_some_and(|names| names.contains(name))
        };
        let mut all = BTreeSet::new();
        for (owner, of, name) in &self.found {
            let seen = of.as_ref().unwrap_or(name);
            // A module may implement something on the type of another.
            let home = if offers(owner, seen) {
                Some(owner.as_str())
            } else {
                let mut others = self.offered.keys().filter(|owner| offers(owner, seen));
                others.next().map(String::as_str).filter(|_| of.is_some())
            };
            if let Some(home) = home {
                let path = joined(home, seen);
                all.insert(if of.is_some() {
                    joined(&path, name)
                } else {
                    path
                });
            }
        }
        all
    }
}

fn joined(owner: &str, name: &str) -> String {
    if owner.is_empty() {
        name.to_owned()
    } else {
        format!("{owner}::{name}")
    }
}

const fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("cfg") && list.is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

/// Where a module's file is, and where those inside it are.
fn located(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let inside = folder.join(name);
    let own = inside.join("mod.rs");
    if own.is_file() {
        (own, inside)
    } else {
        (folder.join(name).with_extension("rs"), inside)
    }
}

fn leaves(tree: &UseTree, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Name(name) => names.push(name.ident.to_string()),
        UseTree::Rename(rename) => names.push(rename.rename.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        UseTree::Glob(_) => {}
    }
}

/// The public functions that a macro writes.
fn written_functions(tokens: &str) -> Vec<String> {
    let words: Vec<&str> = tokens
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before = words[at.saturating_sub(2)..at].contains(&"pub");
        if *word == "fn"
            && before
            && let Some(name) = words.get(at + 1)
        {
            found.push((*name).to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_macros_functions_are_found() {
        let tokens = "{ pub const fn code (self) -> u16 { 1 } fn own () {} pub fn name () {} }";
        assert_eq!(written_functions(tokens), ["code", "name"]);
    }
}
