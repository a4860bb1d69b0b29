//! `hedgerow classify` as a process.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::process::{Child, Command, Output, Stdio};
use std::thread;

fn hedgerow(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_hedgerow"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts")
}

/// The process's output for this input, written beside the reading, since
/// neither fits into a pipe.
fn answered(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = hedgerow(arguments);
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = thread::spawn(move || {
        // A process that refuses its arguments does not read.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("the binary ends");
    writer.join().expect("the input is written");
    output
}

fn lines(input: &[u8]) -> Vec<Vec<u8>> {
    let output = answered(&["classify"], input);
    assert!(output.status.success());
    assert_eq!(output.stderr, b"");
    let text = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
    text.split(|&byte| byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}

#[test]
fn one_line_for_each() {
    let answers = lines(b"/assets/index-B0yz5e_c.js\n/boot.js\n");
    let immutable = "fingerprinted\thash_in_name\tpublic, max-age=31536000, immutable";
    let entry = "entry_point\tscript_or_style\tpublic, max-age=86400, must-revalidate";
    assert_eq!(
        answers,
        [
            format!("{immutable}\t/assets/index-B0yz5e_c.js").into_bytes(),
            format!("{entry}\t/boot.js").into_bytes(),
        ]
    );
}

#[test]
fn the_url_comes_back_as_it_was_given() {
    for url in [
        &b"/caf\xC3\xA9/a%20b.js?x=1#y"[..],
        b"/\xFF\xFE\x00.js",
        b"/with\ttab.js",
        b"",
    ] {
        let answers = lines(&[url, b"\n"].concat());
        let [answer] = answers.as_slice() else {
            panic!("{} lines", answers.len());
        };
        let given = answer.splitn(4, |&byte| byte == b'\t').nth(3);
        assert_eq!(given, Some(url));
    }
}

#[test]
fn line_ends_of_all_kinds() {
    let unix = lines(b"/a.js\n/b.css\n");
    assert_eq!(lines(b"/a.js\r\n/b.css\r\n"), unix);
    assert_eq!(lines(b"/a.js\n/b.css"), unix);
    assert!(answered(&["classify"], b"").stdout.is_empty());
}

/// Lines longer than any buffer, and more of them than a buffer holds.
#[test]
fn length_and_number_do_not_matter() {
    let long = format!("/{}.js", "a".repeat(3 << 20));
    let answers = lines(format!("{long}\n/b.js\n").as_bytes());
    assert_eq!(answers.len(), 2);
    assert!(answers[0].starts_with(b"other\tpath_too_long\t"));
    assert!(answers[0].ends_with(long.as_bytes()));

    let many: String = (0..100_000)
        .map(|at| format!("/js/part-{at}.js\n"))
        .collect();
    let answers = lines(many.as_bytes());
    let given = answers
        .iter()
        .filter_map(|answer| answer.rsplit(|&byte| byte == b'\t').next());
    assert!(given.eq(many.lines().map(str::as_bytes)));
}

/// A file is read in larger pieces than a pipe, each answered by several threads.
#[test]
fn what_has_no_line_is_refused() {
    let output = answered(&["classify"], &vec![b'a'; 20 << 20]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("a line has more than"), "{said}");
}

#[test]
fn the_lines_of_a_file_keep_their_order() {
    let mut many: String = (0..500_000)
        .map(|at| format!("/js/part-{at}.js\n"))
        .collect();
    many.push_str("/last.js");
    let file = std::env::temp_dir().join(format!("hedgerow-lines-{}.txt", std::process::id()));
    fs::write(&file, &many).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_hedgerow"))
        .arg("classify")
        .stdin(File::open(&file).expect("the file"))
        .output()
        .expect("the binary runs");
    fs::remove_file(&file).expect("the file is there");
    let answers = String::from_utf8(output.stdout).expect("what was given");
    let given = answers
        .lines()
        .filter_map(|answer| answer.rsplit('\t').next());
    assert!(given.eq(many.lines()));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = hedgerow(&["classify"]);
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = child.stdout.take().expect("a pipe");
    let writer = thread::spawn(move || {
        let lines = "/js/main.js\n".repeat(1000);
        while stdin.write_all(lines.as_bytes()).is_ok() {}
    });
    stdout.read_exact(&mut [0; 64]).expect("answers");
    drop(stdout);
    let output = child.wait_with_output().expect("the binary ends");
    writer.join().expect("the writer ends");
    assert!(output.status.success());
    assert_eq!(output.stderr, b"");
}

#[test]
fn rules_come_from_the_document() {
    let document = std::env::temp_dir().join(format!("hedgerow-rules-{}.json", std::process::id()));
    let path = document.to_str().expect("a path");
    let rules = r#"{"classes": {"rules": [{"match": "/boot.js", "class": "configuration"}]}}"#;
    fs::write(&document, rules).expect("the document is written");
    let output = answered(&["classify", "--rules", path], b"/boot.js\n");
    let expected = "configuration\tuser_rule\tno-cache, must-revalidate\t/boot.js\n";
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);

    fs::write(
        &document,
        r#"{"classes": {"rules": [{"match": "/[", "class": "other"}]}}"#,
    )
    .expect("the document is written");
    let output = answered(&["classify", "--rules", path], b"/boot.js\n");
    fs::remove_file(&document).expect("the document is removed");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("classes.rules[0].match"), "{said}");
}

#[test]
fn a_document_that_is_not_there() {
    let output = answered(&["classify", "--rules", "/nonexistent.json"], b"/boot.js\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("/nonexistent.json"), "{said}");
}

#[test]
fn shells_get_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = answered(&["completions", shell], b"");
        assert!(output.status.success());
        let script = String::from_utf8(output.stdout).expect("text");
        assert!(script.contains("classify"), "{shell}");
    }
}
