//! A generated part of a file that is otherwise written by hand.

use anyhow::{Result, anyhow};

/// Replaces what stands between `// <generated: name>` and
/// `// </generated: name>`.
pub(crate) fn replace(text: &str, name: &str, content: &str) -> Result<String> {
    let (begin, end) = (
        format!("// <generated: {name}>\n"),
        format!("// </generated: {name}>"),
    );
    let missing = |mark: &str| anyhow!("hedgerow.d.ts has no line `{}`", mark.trim_end());
    let from = text.find(&begin).ok_or_else(|| missing(&begin))? + begin.len();
    let to = from + text[from..].find(&end).ok_or_else(|| missing(&end))?;
    Ok(format!("{}{content}{}", &text[..from], &text[to..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "a\n// <generated: x>\nold\n// </generated: x>\nb\n";

    #[test]
    fn only_the_block_changes() {
        let new = replace(FILE, "x", "new\n").unwrap();
        assert_eq!(new, "a\n// <generated: x>\nnew\n// </generated: x>\nb\n");
        assert_eq!(replace(&new, "x", "new\n").unwrap(), new);
    }

    #[test]
    fn a_missing_mark_is_an_error() {
        assert!(replace(FILE, "y", "").is_err());
        assert!(replace("// <generated: x>\n", "x", "").is_err());
    }
}
