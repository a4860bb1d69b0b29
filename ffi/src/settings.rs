//! Structs of settings, which may grow from release to release.
//!
//! A program tells by `size` which release's struct it has. Settings that it
//! does not know keep their defaults; settings that the library does not know
//! must be 0, or the program would think that they hold.

use crate::boundary::Outcome;
use crate::status::hedgerow_status::*;

/// A struct whose first field is `size: u32`, and which may grow at its end.
///
/// # Safety
///
/// It is `#[repr(C)]`, of integers and pointers without padding, and begins with
/// that field.
pub(crate) unsafe trait Settings: Copy + Default {
    /// Its size in the first release that had it.
    const FIRST: usize;
}

/// Says that a struct is one of settings, and how long its first release was.
macro_rules! settings {
    ($name:ident, $first:expr) => {
        // SAFETY: the struct is declared right beside this.
        unsafe impl crate::settings::Settings for $name {
            const FIRST: usize = $first;
        }
        const _: () = assert!(size_of::<$name>() >= $first);
        const _: () = assert!(core::mem::offset_of!($name, size) == 0);
    };
}
pub(crate) use settings;

/// The settings behind `pointer`; NULL means the defaults.
///
/// # Safety
///
/// `pointer` is NULL, or to as many bytes as the field `size` says.
pub(crate) unsafe fn read<T: Settings>(pointer: *const T) -> Outcome<T> {
    let mut settings = T::default();
    if pointer.is_null() {
        return Ok(settings);
    }
    if !pointer.is_aligned() {
        return Err(HEDGEROW_INVALID_ARGUMENT);
    }
    // SAFETY: not NULL, aligned, and the struct begins with its size.
    let size = unsafe { pointer.cast::<u32>().read() } as usize;
    check_size::<T>(size)?;
    // SAFETY: as the caller promises.
    let given = unsafe { crate::boundary::array_at(pointer.cast::<u8>(), size)? };
    let (known, news) = given.split_at(size.min(size_of::<T>()));
    if news.iter().any(|byte| *byte != 0) {
        return Err(HEDGEROW_BAD_SIZE);
    }
    // SAFETY: of integers and pointers every bit pattern is a value, and `known`
    // is no longer than the struct.
    unsafe {
        (&raw mut settings)
            .cast::<u8>()
            .copy_from_nonoverlapping(known.as_ptr(), known.len());
    }
    Ok(settings)
}

/// Fills a struct of `size` bytes with the defaults.
///
/// # Safety
///
/// `pointer` is NULL, or to room for `size` bytes.
pub(crate) unsafe fn fill<T: Settings>(pointer: *mut T, size: usize, settings: T) -> Outcome {
    if pointer.is_null() {
        return Err(HEDGEROW_NULL_POINTER);
    }
    if !pointer.is_aligned() {
        return Err(HEDGEROW_INVALID_ARGUMENT);
    }
    check_size::<T>(size)?;
    let room = pointer.cast::<u8>();
    // SAFETY: not NULL, there is room for `size` bytes, of which no more are
    // taken from the struct than it has.
    unsafe {
        room.write_bytes(0, size);
        room.copy_from_nonoverlapping((&raw const settings).cast(), size.min(size_of::<T>()));
        pointer.cast::<u32>().write(size as u32);
    }
    Ok(())
}

fn check_size<T: Settings>(size: usize) -> Outcome {
    // No release has settings of a page.
    if (T::FIRST..4096).contains(&size) {
        Ok(())
    } else {
        Err(HEDGEROW_BAD_SIZE)
    }
}

/// The settings that a pointer from C is to.
macro_rules! settings_from {
    ($pointer:expr) => {
        // SAFETY: the exported function's contract.
        unsafe { crate::settings::read($pointer) }
    };
}

/// The body of a function that fills settings with their defaults.
macro_rules! defaults {
    ($pointer:expr, $size:expr, $settings:expr) => {
        crate::boundary::call(|| {
            // SAFETY: the exported function's contract.
            unsafe { crate::settings::fill($pointer, $size, $settings) }
        })
    };
}
pub(crate) use {defaults, settings_from};
