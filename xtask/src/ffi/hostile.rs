//! A C program that calls every function with everything that is wrong.
//!
//! It is written from the header, so that no function and no parameter can be
//! forgotten. Each parameter has a few values, the first of which is right; the
//! program goes through the wrong ones one at a time, then through mixtures. A
//! function may answer whatever it likes, but not with HEDGEROW_PANIC, not by
//! ending the program, not by writing where it failed, and NULL is fine only
//! where the function's comment speaks of it.

use super::declaration::{Function, Header, Parameter};
use anyhow::Result;
use std::fmt::Write;

/// What a parameter is, as far as wrong values go.
enum Kind {
    /// An object.
    Object,
    /// Where a new object goes.
    NewObject,
    /// Pointers to objects, with their number.
    Objects,
    /// A text, with its length.
    Text,
    /// Structs or numbers, with their number.
    Array,
    /// One struct that goes in.
    Struct,
    /// Where something is written.
    Out,
    /// The size of the struct before it.
    Size,
    /// The room of the array before it, or another number.
    Number,
    /// The number of what stands before it; it goes with that.
    Taken,
}

impl Kind {
    /// How many values there are.
    fn values(&self) -> usize {
        match self {
            Kind::Object | Kind::Objects | Kind::Size => 4,
            Kind::NewObject | Kind::Out => 3,
            Kind::Text => 6,
            Kind::Array => 5,
            Kind::Struct => 4,
            Kind::Number => 7,
            Kind::Taken => 1,
        }
    }

    const fn is_pointer(&self) -> bool {
        !matches!(self, Kind::Size | Kind::Number | Kind::Taken)
    }
}

/// The program, and how many functions it calls.
pub(crate) fn program() -> Result<(String, usize)> {
    let header = Header::read()?;
    let mut text = String::from(START);
    for function in &header.functions {
        write_function(&mut text, function, &header)?;
    }
    text.push_str(
        "\nint main(int argc, char **argv) {\n    mixtures = argc > 1 ? atoi(argv[1]) : 100;\n",
    );
    for function in &header.functions {
        let kinds = kinds(function, &header);
        let values: Vec<String> = kinds.iter().map(|kind| kind.values().to_string()).collect();
        // Which parameters NULL is no error for.
        let null = function.comment.contains("NULL");
        let null = kinds.iter().map(|kind| match kind {
            Kind::NewObject | Kind::Out if !null => "0",
            kind if !kind.is_pointer() => "2",
            _ if null => "1",
            _ => "0",
        });
        let null: Vec<&str> = null.collect();
        writeln!(
            text,
            "    {{\n        static const unsigned char values[] = {{{}}}, null[] = {{{}}};\n        attack(\"{}\", call_{}, values, null, {});\n    }}",
            values.join(", "),
            null.join(", "),
            function.name,
            function.name,
            values.len(),
        )?;
    }
    text.push_str("    CHECK(unsaid == 0);\n    return done();\n}\n");
    Ok((text, header.functions.len()))
}

fn kinds(function: &Function, header: &Header) -> Vec<Kind> {
    let parameters = &function.parameters;
    let counts = |at: usize, endings: &[&str]| {
        parameters.get(at + 1).is_some_and(|next| {
            next.base == "size_t" && endings.iter().any(|end| next.name.ends_with(end))
        })
    };
    let mut kinds: Vec<Kind> = Vec::new();
    let mut taken = false;
    for (at, parameter) in parameters.iter().enumerate() {
        if core::mem::take(&mut taken) {
            kinds.push(Kind::Taken);
            continue;
        }
        let opaque = header.is_opaque(&parameter.base);
        let kind = match (parameter.stars, parameter.is_const) {
            (1, _) if opaque => Kind::Object,
            (2, true) if opaque && counts(at, &["count"]) => Kind::Objects,
            (2, _) if opaque => Kind::NewObject,
            (1, true) if parameter.base == "char" => Kind::Text,
            (1, true) if counts(at, &["count"]) => Kind::Array,
            (1, true) => Kind::Struct,
            (0, _) if parameter.name == "size" => Kind::Size,
            (0, _) => Kind::Number,
            _ => Kind::Out,
        };
        taken = matches!(kind, Kind::Objects | Kind::Text | Kind::Array);
        kinds.push(kind);
    }
    kinds
}

fn write_function(text: &mut String, function: &Function, header: &Header) -> Result<()> {
    let kinds = kinds(function, header);
    writeln!(
        text,
        "\nstatic hedgerow_status call_{}(const unsigned char *v) {{",
        function.name
    )?;
    let mut after = String::new();
    let mut arguments = Vec::new();
    let frees = function.name.ends_with("_free");
    for (at, (parameter, kind)) in function.parameters.iter().zip(&kinds).enumerate() {
        let argument = format!("p{at}");
        let Parameter { base, name, .. } = parameter;
        let short = base.trim_start_matches("hedgerow_");
        let constant = if parameter.is_const { "const " } else { "" };
        match kind {
            Kind::Object => {
                // A snapshot is counted, and so lent without the right to change it.
                let lent = if short == "snapshot" { "const " } else { "" };
                writeln!(
                    text,
                    "    {lent}{base} *own{at} = v[{at}] == 0 ? live_{short}() : NULL;"
                )?;
                writeln!(
                    text,
                    "    {constant}{base} *{argument} = v[{at}] == 0 ? own{at} : ({constant}{base} *)wrong(v[{at}]);"
                )?;
                let left = if frees { "status != HEDGEROW_OK" } else { "1" };
                writeln!(after, "    if ({left}) OK({base}_free(own{at}));")?;
            }
            Kind::Objects => {
                writeln!(
                    text,
                    "    {base} *own{at}[2] = {{live_{short}(), live_{short}()}};"
                )?;
                writeln!(
                    text,
                    "    const {base} *list{at}[3] = {{own{at}[0], own{at}[1], v[{at}] == 2 ? NULL : own{at}[0]}};"
                )?;
                writeln!(
                    text,
                    "    const {base} *const *{argument} = v[{at}] == 1 || v[{at}] == 3 ? NULL : list{at};"
                )?;
                writeln!(
                    text,
                    "    size_t p{} = v[{at}] == 3 ? SIZE_MAX : 3;",
                    at + 1
                )?;
                writeln!(
                    after,
                    "    OK({base}_free(own{at}[0]));\n    OK({base}_free(own{at}[1]));"
                )?;
            }
            Kind::NewObject => {
                writeln!(text, "    {constant}{base} *made{at} = NULL;")?;
                writeln!(
                    text,
                    "    {constant}{base} **{argument} = v[{at}] == 0 ? &made{at} : ({constant}{base} **)wrong(v[{at}] == 1 ? 1 : 3);"
                )?;
                writeln!(after, "    OK({base}_free(made{at}));")?;
            }
            Kind::Text => {
                writeln!(text, "    const char *{argument} = texts[v[{at}]];")?;
                writeln!(text, "    size_t p{} = text_lengths[v[{at}]];", at + 1)?;
            }
            Kind::Array | Kind::Struct => {
                let some = if base.starts_with("hedgerow_") {
                    format!("some_{short}()")
                } else {
                    format!("(const {base} *)zeros")
                };
                writeln!(
                    text,
                    "    const {base} *{argument} = v[{at}] == 0 || v[{at}] == 4 ? {some} : (const {base} *)wrong(v[{at}]);"
                )?;
                if matches!(kind, Kind::Array) {
                    writeln!(
                        text,
                        "    size_t p{} = v[{at}] == 2 ? 0 : v[{at}] == 4 ? SIZE_MAX : 3;",
                        at + 1
                    )?;
                }
            }
            Kind::Out => {
                let stars = "*".repeat(parameter.stars);
                writeln!(
                    text,
                    "    {constant}{base} {stars}{argument} = ({constant}{base} {stars})room({at}, v[{at}]);"
                )?;
                if base == "hedgerow_error" {
                    writeln!(after, "    told({at}, v[{at}], status);")?;
                }
            }
            Kind::Size => {
                writeln!(
                    text,
                    "    size_t {argument} = v[{at}] == 0 ? sizeof *p{} : numbers[v[{at}]];",
                    at.saturating_sub(1)
                )?;
            }
            Kind::Number if name == "capacity" || name == "count" => {
                writeln!(text, "    size_t {argument} = (numbers[v[{at}]] + 3) % 4;")?;
            }
            Kind::Number => {
                writeln!(text, "    {base} {argument} = ({base})numbers[v[{at}]];")?;
            }
            Kind::Taken => {}
        }
        arguments.push(argument);
    }
    writeln!(
        text,
        "    hedgerow_status status = {}({});",
        function.name,
        arguments.join(", ")
    )?;
    text.push_str(&after);
    text.push_str("    return status;\n}\n");
    Ok(())
}

const START: &str = r#"/* Written by `cargo xtask test` from hedgerow.h. */
#include "live.h"

static const uint64_t zeros[512] = {0};
static const char *const texts[] = {"abc", NULL, "\xff\xfe\x80", NULL, "", "abc"};
static const size_t text_lengths[] = {3, 5, 3, 0, 0, SIZE_MAX};
static const uint64_t numbers[] = {0, 1, 2, 3, 21, 0xffff, UINT64_MAX};
static int mixtures, unsaid;

/* Where outputs go; untouched unless the call succeeds. */
static uint64_t rooms[16][512];

static void *wrong(unsigned which) {
    switch (which) {
        case 1: return NULL;
        case 3: return (char *)(uintptr_t)zeros + 1;
        default: return (void *)(uintptr_t)zeros;
    }
}

static void *room(unsigned at, unsigned which) {
    return which == 1 ? NULL : (char *)rooms[at] + (which == 2 ? 1 : 0);
}

/* An error is the one output that is written where a call failed, whatever the
 * status is. */
static void told(unsigned at, unsigned which, hedgerow_status status) {
    const hedgerow_error *error = (const hedgerow_error *)(const void *)rooms[at];
    if (which == 0 && status != HEDGEROW_OK) {
        CHECK(error->status == status && error->message[0] != '\0');
        CHECK(memchr(error->message, 0, sizeof error->message) != NULL);
    }
    if (status != HEDGEROW_OK)
        memset(rooms[at], 0xa5, sizeof rooms[at]);
}

typedef hedgerow_status (*call)(const unsigned char *);

static hedgerow_status try_call(const char *name, call call, const unsigned char *chosen) {
    memset(rooms, 0xa5, sizeof rooms);
    hedgerow_status status = call(chosen);
    if (status == HEDGEROW_PANIC || status > HEDGEROW_BAD_SIZE) {
        fprintf(stderr, "%s: status %u\n", name, (unsigned)status);
        CHECK(!"a status that no call may have");
    }
    if (status != HEDGEROW_OK && status != HEDGEROW_REFUSED && status != HEDGEROW_INVALID_CONFIG) {
        const unsigned char *bytes = (const unsigned char *)rooms;
        for (size_t at = 0; at < sizeof rooms; at++) {
            if (bytes[at] != 0xa5) {
                fprintf(stderr, "%s: status %u, but something was written\n", name, (unsigned)status);
                CHECK(!"an output of a call that failed");
            }
        }
    }
    checks_made++;
    return status;
}

static void attack(const char *name, call call, const unsigned char *values,
                   const unsigned char *null, unsigned count) {
    static uint32_t random = 1;
    unsigned char chosen[16] = {0};
    (void)try_call(name, call, chosen);
    for (unsigned at = 0; at < count; at++) {
        for (unsigned value = 1; value < values[at]; value++) {
            memset(chosen, 0, sizeof chosen);
            chosen[at] = (unsigned char)value;
            hedgerow_status status = try_call(name, call, chosen);
            if (value == 1 && null[at] == 0 && status == HEDGEROW_OK) {
                fprintf(stderr, "%s: parameter %u may be NULL, but its comment does not say so\n", name, at + 1);
                unsaid++;
            }
        }
    }
    for (int n = 0; n < mixtures; n++) {
        for (unsigned at = 0; at < count; at++) {
            random = random * 1664525u + 1013904223u;
            chosen[at] = (unsigned char)((random >> 16) % values[at]);
        }
        (void)try_call(name, call, chosen);
    }
}
"#;
