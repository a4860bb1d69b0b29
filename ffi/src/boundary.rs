//! Where C's pointers become references, and panics become statuses.
//!
//! All that is unsafe about the library stands here. Every exported function
//! is `unsafe` with one and the same contract, `ffi/README.md`: a pointer is
//! NULL, or it points to as many initialised values of its type as the function
//! says, which nobody changes meanwhile. The macros take that as given, and
//! check what can be checked.

use core::marker::PhantomData;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::status::hedgerow_status::{self, *};

#[cfg(not(panic = "unwind"))]
compile_error!(
    "a panic must become HEDGEROW_PANIC, not end the program: build with panic = \"unwind\""
);

pub(crate) type Outcome<T = ()> = Result<T, hedgerow_status>;

/// Runs the body of an exported function.
#[inline]
pub(crate) fn call(body: impl FnOnce() -> Outcome) -> hedgerow_status {
    // What a panic may have left half-done is behind a handle, and those are
    // poisoned by it.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => HEDGEROW_OK,
        Ok(Err(status)) => status,
        Err(_) => HEDGEROW_PANIC,
    }
}

/// What an opaque type of the header points to.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Handle<T> {
    state: AtomicU32,
    value: T,
}

/// An opaque type of the header. It has no content of its own: a pointer to it
/// is one to a handle.
///
/// # Safety
///
/// No two types have the same `LIVE`.
pub(crate) unsafe trait Object: Sized {
    type Value;
    /// What the first word of a live one is. Its lowest two bits are 0.
    const LIVE: u32;
}

/// Says what a pointer to an opaque type is to; the four letters tell it from
/// others.
macro_rules! object {
    ($name:ident, $value:ty, $tag:literal) => {
        // SAFETY: a test holds all tags against each other.
        unsafe impl crate::boundary::Object for $name {
            type Value = $value;
            const LIVE: u32 = u32::from_le_bytes(*$tag) & !3;
        }
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}
pub(crate) use object;

const BUSY: u32 = 1;
const POISONED: u32 = 2;

fn not_live<H: Object>(state: u32) -> hedgerow_status {
    match state ^ H::LIVE {
        BUSY => HEDGEROW_BUSY,
        POISONED => HEDGEROW_POISONED,
        _ => HEDGEROW_BAD_HANDLE,
    }
}

/// A new handle, to be given to C.
pub(crate) fn new_handle<H: Object>(value: H::Value) -> *mut H {
    Box::into_raw(Box::new(Handle::live::<H>(value))).cast()
}

impl<T> Handle<T> {
    pub(crate) const fn live<H: Object<Value = T>>(value: T) -> Handle<T> {
        Handle {
            state: AtomicU32::new(H::LIVE),
            value,
        }
    }
}

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        // Best effort: until the memory is used again, a second `free` is told.
        self.state.store(0, Relaxed);
    }
}

/// The handle behind a pointer from C, whatever state it is in.
///
/// # Safety
///
/// `pointer` is NULL, or to memory that a handle was ever in.
#[inline]
unsafe fn locate<H: Object>(pointer: *const H) -> Outcome<*const Handle<H::Value>> {
    let handle: *const Handle<H::Value> = pointer.cast();
    if handle.is_null() {
        Err(HEDGEROW_NULL_POINTER)
    } else if !handle.is_aligned() {
        Err(HEDGEROW_BAD_HANDLE)
    } else {
        Ok(handle)
    }
}

/// A handle that is read.
#[derive(Debug)]
pub(crate) struct Shared<'a, H: Object>(&'a Handle<H::Value>);

impl<'a, H: Object> Shared<'a, H> {
    /// # Safety
    ///
    /// As [`locate`], and what it points to stays for `'a`.
    #[inline]
    pub(crate) unsafe fn new(pointer: *const H) -> Outcome<Shared<'a, H>> {
        // SAFETY: as the caller promises.
        let handle = unsafe { locate(pointer)? };
        // SAFETY: not NULL, aligned, and the first word is there.
        let state = unsafe { (*handle).state.load(Relaxed) };
        if state != H::LIVE {
            return Err(not_live::<H>(state));
        }
        // SAFETY: it is live, and nobody has it exclusively.
        Ok(Shared(unsafe { &*handle }))
    }

    /// What is in it, for as long as the object lives.
    #[inline]
    pub(crate) fn lasting(&self) -> &'a H::Value {
        &self.0.value
    }
}

impl<H: Object> Drop for Shared<'_, H> {
    #[inline]
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.state.store(H::LIVE ^ POISONED, Relaxed);
        }
    }
}

impl<H: Object> core::ops::Deref for Shared<'_, H> {
    type Target = H::Value;

    #[inline]
    fn deref(&self) -> &H::Value {
        &self.0.value
    }
}

/// A handle that nobody else uses meanwhile.
#[derive(Debug)]
pub(crate) struct Exclusive<'a, H: Object> {
    handle: *mut Handle<H::Value>,
    lent: PhantomData<&'a mut H::Value>,
}

impl<H: Object> Exclusive<'_, H> {
    /// # Safety
    ///
    /// As [`locate`].
    #[inline]
    pub(crate) unsafe fn new(pointer: *mut H) -> Outcome<Self> {
        // SAFETY: as the caller promises.
        let handle = unsafe { locate(pointer.cast_const())? }.cast_mut();
        // SAFETY: not NULL, aligned, and the first word is there.
        let state = unsafe { &(*handle).state };
        // Not one operation, since handles are for one thread at a time; this
        // finds a callback that calls back, and most races.
        let found = state.load(Relaxed);
        if found != H::LIVE {
            return Err(not_live::<H>(found));
        }
        state.store(H::LIVE ^ BUSY, Relaxed);
        let lent = PhantomData;
        Ok(Exclusive { handle, lent })
    }
}

impl<H: Object> core::ops::Deref for Exclusive<'_, H> {
    type Target = H::Value;

    #[inline]
    fn deref(&self) -> &H::Value {
        // SAFETY: it is live, and marked as this one's alone.
        unsafe { &(*self.handle).value }
    }
}

impl<H: Object> core::ops::DerefMut for Exclusive<'_, H> {
    #[inline]
    fn deref_mut(&mut self) -> &mut H::Value {
        // SAFETY: as above.
        unsafe { &mut (*self.handle).value }
    }
}

impl<H: Object> Drop for Exclusive<'_, H> {
    #[inline]
    fn drop(&mut self) {
        let left = if std::thread::panicking() {
            POISONED
        } else {
            0
        };
        // SAFETY: as above.
        unsafe { (*self.handle).state.store(H::LIVE ^ left, Relaxed) };
    }
}

/// Frees what [`new_handle`] made; NULL is nothing to free.
///
/// # Safety
///
/// As [`locate`].
pub(crate) unsafe fn free_handle<H: Object>(pointer: *mut H) -> hedgerow_status {
    if pointer.is_null() {
        return HEDGEROW_OK;
    }
    call(|| {
        // SAFETY: as the caller promises.
        let handle = unsafe { locate(pointer.cast_const())? }.cast_mut();
        // SAFETY: not NULL, aligned, and the first word is there.
        let state = unsafe { &(*handle).state };
        match state.load(Relaxed) ^ H::LIVE {
            0 | POISONED => {}
            _ => return Err(not_live::<H>(state.load(Relaxed))),
        }
        // SAFETY: it came from `new_handle`, and is not freed twice.
        drop(unsafe { Box::from_raw(handle) });
        Ok(())
    })
}

/// Where an output goes.
#[derive(Debug)]
pub(crate) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// # Safety
    ///
    /// `pointer` is NULL, or to room for a `T`.
    #[inline]
    pub(crate) unsafe fn new(pointer: *mut T) -> Outcome<Out<T>> {
        if pointer.is_null() {
            Err(HEDGEROW_NULL_POINTER)
        } else if !pointer.is_aligned() {
            Err(HEDGEROW_INVALID_ARGUMENT)
        } else {
            Ok(Out(pointer))
        }
    }

    #[inline]
    pub(crate) fn put(self, value: T) {
        // SAFETY: not NULL, aligned, and there is room.
        unsafe { self.0.write(value) };
    }
}

/// An array from C. NULL is the empty array if its length is 0.
///
/// # Safety
///
/// `pointer` is NULL, or to `length` values that stay as they are for `'a`.
#[inline]
pub(crate) unsafe fn array_at<'a, T>(pointer: *const T, length: usize) -> Outcome<&'a [T]> {
    if length == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(HEDGEROW_NULL_POINTER);
    }
    if !pointer.is_aligned() || length > isize::MAX as usize / size_of::<T>() {
        return Err(HEDGEROW_INVALID_ARGUMENT);
    }
    // SAFETY: not NULL, aligned, of a possible length, and it is there.
    Ok(unsafe { core::slice::from_raw_parts(pointer, length) })
}

/// Room for an array in C's hands, which may be as C got it: not initialised.
#[derive(Debug)]
pub(crate) struct Room<T> {
    first: *mut T,
    length: usize,
}

impl<T: Copy> Room<T> {
    /// # Safety
    ///
    /// `pointer` is NULL, or to room for `length` values.
    #[inline]
    pub(crate) unsafe fn new(pointer: *mut T, length: usize) -> Outcome<Room<T>> {
        if length > 0 && pointer.is_null() {
            return Err(HEDGEROW_NULL_POINTER);
        }
        let possible = pointer.is_aligned() && length <= isize::MAX as usize / size_of::<T>();
        if length > 0 && !possible {
            return Err(HEDGEROW_INVALID_ARGUMENT);
        }
        let first = pointer;
        Ok(Room { first, length })
    }

    pub(crate) const fn len(&self) -> usize {
        self.length
    }

    /// Writes as many values as there are and fit.
    #[inline]
    pub(crate) fn put(self, values: impl Iterator<Item = T>) {
        for (place, value) in values.take(self.length).enumerate() {
            // SAFETY: there is room, not NULL and aligned, for `length` values.
            unsafe { self.first.add(place).write(value) };
        }
    }

    /// At most so many places, as a slice of this value to be changed.
    #[inline]
    pub(crate) fn filled(&mut self, most: usize, value: T) -> &mut [T] {
        let length = most.min(self.length);
        if length == 0 {
            return &mut [];
        }
        for place in 0..length {
            // SAFETY: as above.
            unsafe { self.first.add(place).write(value) };
        }
        // SAFETY: as above, and just initialised.
        unsafe { core::slice::from_raw_parts_mut(self.first, length) }
    }
}

/// The bytes of a text from C.
///
/// # Safety
///
/// As [`array_at`].
#[inline]
pub(crate) unsafe fn bytes_at<'a>(
    pointer: *const core::ffi::c_char,
    length: usize,
) -> Outcome<&'a [u8]> {
    // SAFETY: as the caller promises.
    unsafe { array_at(pointer.cast::<u8>(), length) }
}

/// Opens a handle for reading.
macro_rules! shared {
    ($pointer:expr) => {
        // SAFETY: the exported function's contract.
        unsafe { crate::boundary::Shared::new($pointer) }
    };
}

/// Opens a handle for changing.
macro_rules! exclusive {
    ($pointer:expr) => {
        // SAFETY: the exported function's contract.
        unsafe { crate::boundary::Exclusive::new($pointer) }
    };
}

/// Checks where an output goes.
macro_rules! out {
    ($pointer:expr) => {
        // SAFETY: the exported function's contract.
        unsafe { crate::boundary::Out::new($pointer) }
    };
}

/// An array of C's.
macro_rules! array {
    ($pointer:expr, $length:expr) => {
        // SAFETY: the exported function's contract.
        unsafe { crate::boundary::array_at($pointer, $length) }
    };
}

/// An array of C's to write to.
macro_rules! room {
    ($pointer:expr, $length:expr) => {
        // SAFETY: the exported function's contract.
        unsafe { crate::boundary::Room::new($pointer, $length) }
    };
}

/// One struct of C's.
macro_rules! read {
    ($pointer:expr) => {
        // SAFETY: the exported function's contract.
        unsafe { crate::boundary::array_at($pointer, 1) }.map(|one| one[0])
    };
}

/// The bytes of a text of C's.
macro_rules! bytes {
    ($pointer:expr, $length:expr) => {
        // SAFETY: the exported function's contract.
        unsafe { crate::boundary::bytes_at($pointer, $length) }
    };
}

/// A text of C's.
macro_rules! text {
    ($pointer:expr, $length:expr) => {
        crate::boundary::bytes!($pointer, $length).and_then(|bytes| {
            core::str::from_utf8(bytes)
                .map_err(|_| crate::status::hedgerow_status::HEDGEROW_INVALID_UTF8)
        })
    };
}

/// The body of a function that frees.
macro_rules! free {
    ($pointer:expr) => {
        // SAFETY: the exported function's contract.
        unsafe { crate::boundary::free_handle($pointer) }
    };
}

pub(crate) use {array, bytes, exclusive, free, out, read, room, shared, text};

#[cfg(test)]
mod tests {
    use super::*;
    use core::ptr::null_mut;

    /// An object with a fault: it panics when it is told to.
    struct faulty(());
    object!(faulty, Option<u32>, b"FAUL");

    fn take(object: *mut faulty) -> hedgerow_status {
        call(|| {
            let mut value = exclusive!(object)?;
            value.take().expect("the fault that this test is about");
            Ok(())
        })
    }

    fn look(object: *const faulty) -> hedgerow_status {
        call(|| {
            let value = shared!(object)?;
            value.expect("the fault that this test is about");
            Ok(())
        })
    }

    #[test]
    fn a_panic_becomes_a_status_and_poisons_the_object() {
        let object = new_handle::<faulty>(Some(1));
        assert_eq!(take(object), HEDGEROW_OK);
        assert_eq!(take(object), HEDGEROW_PANIC);
        assert_eq!(take(object), HEDGEROW_POISONED);
        assert_eq!(look(object), HEDGEROW_POISONED);
        assert_eq!(free!(object), HEDGEROW_OK);
    }

    #[test]
    fn a_panic_in_a_getter_poisons_too() {
        let object = new_handle::<faulty>(None);
        assert_eq!(look(object), HEDGEROW_PANIC);
        assert_eq!(look(object), HEDGEROW_POISONED);
        assert_eq!(free!(object), HEDGEROW_OK);
    }

    #[test]
    fn an_object_is_not_entered_twice() {
        let object = new_handle::<faulty>(Some(1));
        let outer = call(|| {
            let _own = exclusive!(object)?;
            assert_eq!(take(object), HEDGEROW_BUSY);
            assert_eq!(look(object), HEDGEROW_BUSY);
            assert_eq!(free!(object), HEDGEROW_BUSY);
            Ok(())
        });
        assert_eq!(outer, HEDGEROW_OK);
        assert_eq!(take(object), HEDGEROW_OK);
        assert_eq!(free!(object), HEDGEROW_OK);
    }

    #[test]
    fn what_is_no_object_is_told() {
        assert_eq!(take(null_mut()), HEDGEROW_NULL_POINTER);
        assert_eq!(free!(null_mut::<faulty>()), HEDGEROW_OK);
        let mut other = [0_u64; 8];
        let other: *mut faulty = other.as_mut_ptr().cast();
        assert_eq!(take(other), HEDGEROW_BAD_HANDLE);
        assert_eq!(free!(other), HEDGEROW_BAD_HANDLE);
        assert_eq!(take(other.wrapping_byte_add(1)), HEDGEROW_BAD_HANDLE);
    }

    /// Whether the tags of all types differ, since that is what tells them apart.
    #[test]
    fn no_two_types_share_a_tag() {
        let mut tags = Vec::new();
        for entry in walk(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
            let text = std::fs::read_to_string(&entry).expect("a source");
            for line in text
                .lines()
                .filter(|line| line.trim_start().starts_with("object!("))
            {
                let (_, tag) = line.split_once("b\"").expect("a tag");
                let tag: [u8; 4] = tag.as_bytes()[..4].try_into().expect("four letters");
                tags.push(u32::from_le_bytes(tag) & !3);
            }
        }
        let all = tags.len();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!((tags.len(), all > 20), (all, true));
    }

    fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder).expect("a folder").flatten();
        entries
            .flat_map(|entry| {
                let path = entry.path();
                if path.is_dir() {
                    walk(&path)
                } else {
                    vec![path]
                }
            })
            .collect()
    }
}
