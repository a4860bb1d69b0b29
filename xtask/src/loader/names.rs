//! Short names, handed out in order.

use std::collections::HashMap;

const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// One short name for each long one: `a` to `Z`, then `aa` and so on.
#[derive(Debug, Default)]
pub(crate) struct ShortNames {
    given: HashMap<String, String>,
}

impl ShortNames {
    pub(crate) fn of(&mut self, long: &str) -> String {
        let next = self.given.len();
        self.given
            .entry(long.to_owned())
            .or_insert_with(|| short(next))
            .clone()
    }
}

fn short(mut number: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.insert(0, char::from(LETTERS[number % LETTERS.len()]));
        number /= LETTERS.len();
        if number == 0 {
            return name.into_iter().collect();
        }
        number -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_short_and_never_shared() {
        let mut names = ShortNames::default();
        let given: HashSet<String> = (0..3_000).map(|n| names.of(&n.to_string())).collect();
        assert_eq!(given.len(), 3_000);
        assert_eq!(names.of("0"), "a");
        assert_eq!(names.of("52"), "aa");
        assert!(given.iter().all(|name| name.len() <= 3));
    }
}
