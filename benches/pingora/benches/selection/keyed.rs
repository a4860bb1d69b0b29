//! How evenly keys spread, and which of them move.

use crate::measure::key;
use crate::peers::{Keyed, Picker, Pool};
use pingora_load_balancing::selection::Consistent;

/// So many that chance alone makes endpoints differ by no more than 0.3 % where
/// there are a hundred.
const KEYS: u64 = 10_000_000;

/// Where each of some keys leads.
fn placed(picker: &impl Picker, keys: u64) -> Vec<usize> {
    let mut worker = picker.worker(0);
    (0..keys)
        .map(|number| picker.pick(&mut worker, &key(number)).unwrap_or(usize::MAX))
        .collect()
}

/// By how much the endpoints' numbers of keys differ from their mean: the root
/// of the mean square, in percent of it.
fn spread(picker: &impl Picker, size: usize) -> f64 {
    let mut counts = vec![0_u32; size];
    for endpoint in placed(picker, KEYS) {
        if let Some(count) = counts.get_mut(endpoint) {
            *count += 1;
        }
    }
    let mean = KEYS as f64 / size as f64;
    let square = |count: &u32| (f64::from(*count) / mean - 1.0).powi(2);
    (counts.iter().map(square).sum::<f64>() / size as f64).sqrt() * 100.0
}

/// Of the keys of all other endpoints, how many move when the first goes, in
/// percent.
fn moved<P: Picker>(of: impl Fn(&Pool) -> P, size: usize) -> f64 {
    let mut pool = Pool::new(size, false);
    let before = placed(&of(&pool), KEYS / 10);
    pool.down.insert(0);
    let after = placed(&of(&pool), KEYS / 10);
    let stayed: Vec<bool> = (before.iter().zip(&after))
        .filter(|(before, _)| **before != 0)
        .map(|(before, after)| before == after)
        .collect();
    let moved = stayed.iter().filter(|stayed| !**stayed).count();
    moved as f64 / stayed.len() as f64 * 100.0
}

/// Prints the table.
pub(crate) fn print(sizes: &[usize]) {
    println!("\nKeys: spread (rms, % of the mean) / moved without need when one goes (%)\n");
    print!("| |");
    for size in sizes {
        print!(" {size} |");
    }
    println!("\n|---|{}", "---|".repeat(sizes.len()));
    row("hedgerow", sizes, |pool| Keyed(pool.snapshot()));
    row("pingora, ketama", sizes, Pool::pingora::<Consistent>);
    row("maglev", sizes, Pool::maglev);
    row("ketama", sizes, Pool::ketama);
}

fn row<P: Picker>(name: &str, sizes: &[usize], of: impl Fn(&Pool) -> P) {
    print!("| {name} |");
    for size in sizes {
        let spread = spread(&of(&Pool::new(*size, false)), *size);
        print!(" {spread:.2} / {:.2} |", moved(&of, *size));
    }
    println!();
}
