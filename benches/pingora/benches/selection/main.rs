//! Picking an endpoint, beside the crates that people use for it.
//!
//! `cd benches/pingora && cargo bench --bench selection` prints the tables and
//! draws `target/selection.svg`; cmake must be installed.
//!
//! Every picker sees the same endpoints and the same keys of 16 bytes. All have
//! one weight but in the row that says otherwise. A picker that knows nothing of health is built anew without
//! those that are down, as its users have to.

mod keyed;
mod measure;
mod peers;
mod plot;

use std::fs;

use measure::{Counting, Figures, figures};
use peers::{BetterOfTwo, Drawn, InTurn, Keyed, Pool};
use pingora_load_balancing::selection::{Consistent, Random, RoundRobin};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SIZES: [usize; 4] = [2, 8, 100, 1000];

/// One picker: its figures by size, with everything up and with half of it
/// down.
struct Row {
    name: &'static str,
    healthy: Vec<Figures>,
    half: Vec<Figures>,
}

fn row(name: &'static str, measured: impl Fn(&Pool) -> Figures) -> Row {
    let of = |half: bool| {
        SIZES
            .iter()
            .map(|size| measured(&Pool::new(*size, half)))
            .collect()
    };
    eprintln!("measured {name}");
    Row {
        name,
        healthy: of(false),
        half: of(true),
    }
}

fn main() {
    let unkeyed = [
        row("hedgerow, drawn", |pool| figures(&Drawn(pool.snapshot()))),
        row("hedgerow, in turn", |pool| {
            figures(&InTurn(pool.snapshot()))
        }),
        row("hedgerow, better of two", |pool| {
            figures(&BetterOfTwo(pool.snapshot(), pool.size))
        }),
        row("pingora, random", |pool| figures(&pool.pingora::<Random>())),
        row("pingora, round robin", |pool| {
            figures(&pool.pingora::<RoundRobin>())
        }),
        row("rand_distr, alias table", |pool| figures(&pool.alias())),
    ];
    let keyed = [
        row("hedgerow", |pool| figures(&Keyed(pool.snapshot()))),
        row("hedgerow, unequal weights", |pool| {
            figures(&Keyed(pool.unequal()))
        }),
        row("pingora, ketama", |pool| {
            figures(&pool.pingora::<Consistent>())
        }),
        row("maglev", |pool| figures(&pool.maglev())),
        row("ketama", |pool| figures(&pool.ketama())),
    ];
    print("Without a key", &unkeyed);
    print("By key", &keyed);
    keyed::print(&SIZES);

    let svg = plot::draw(&SIZES, &[("without a key", &unkeyed), ("by key", &keyed)]);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/target/selection.svg");
    match fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/target"))
        .and_then(|()| fs::write(path, svg))
    {
        Ok(()) => println!("\ndrawn: {path}"),
        Err(error) => eprintln!("{path}: {error}"),
    }
}

/// Prints the figures of a group, then how many times as long each of the others
/// takes as the first.
fn print(title: &str, rows: &[Row]) {
    println!("\n{title}: ns a pick; two threads against one; allocations a pick; given up\n");
    table(rows, |figures, _| figures.to_string());
    println!("\n{title}: times as long as {}\n", rows[0].name);
    table(rows, |figures, first| {
        format!("{:.1}×", figures.nanos / first.nanos)
    });
}

fn table(rows: &[Row], cell: impl Fn(&Figures, &Figures) -> String) {
    print!("| |");
    for size in SIZES {
        print!(" {size} | {size}, half down |");
    }
    println!("\n|---|{}", "---|".repeat(2 * SIZES.len()));
    for row in rows {
        print!("| {} |", row.name);
        for place in 0..SIZES.len() {
            for (figures, first) in [(&row.healthy, &rows[0].healthy), (&row.half, &rows[0].half)] {
                print!(" {} |", cell(&figures[place], &first[place]));
            }
        }
        println!();
    }
}
