//! HTTP dates: all three forms, total, and nothing that they do not say.
//!
//! RFC 9111 §4.2 asks a cache for more than RFC 9110 §5.6.7 does: match case
//! insensitively, and take a zone other than GMT as invalid. Beyond that the
//! grammar is exact: one digit too few, a second space or a 31st of June is no
//! date, and an `Expires` that is no date means stale (RFC 9111 §5.3).

use crate::types::Timestamp;

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];
/// From Thursday, since the epoch was one.
const DAYS: [&[u8]; 7] = [
    b"Thursday",
    b"Friday",
    b"Saturday",
    b"Sunday",
    b"Monday",
    b"Tuesday",
    b"Wednesday",
];
const SECS_PER_DAY: u64 = 86_400;
/// The end of 9999, the last year with four digits.
const LAST: u64 = 253_402_300_799;

/// The moment that `text` names, or `None` if it is no HTTP date.
///
/// `now` decides the century of a two-digit year: the one that puts it within 50
/// years, so what looks further ahead lies in the past (RFC 9110 §5.6.7). A moment before 1970 is the epoch,
/// which is in every cache's past as well.
///
/// # Example
///
/// ```
/// use hedgerow::cache::date;
/// use hedgerow::types::Timestamp;
///
/// let now = Timestamp::from_secs(1_800_000_000);
/// let then = Some(Timestamp::from_secs(784_111_777));
/// assert_eq!(date::parse(b"Sun, 06 Nov 1994 08:49:37 GMT", now), then);
/// assert_eq!(date::parse(b"Sunday, 06-Nov-94 08:49:37 GMT", now), then);
/// assert_eq!(date::parse(b"Sun Nov  6 08:49:37 1994", now), then);
/// assert_eq!(date::parse(b"Sun, 6 Nov 1994 08:49:37 GMT", now), None);
/// ```
#[must_use]
pub fn parse(text: &[u8], now: Timestamp) -> Option<Timestamp> {
    let text = text.trim_ascii();
    // The fourth octet tells the forms apart: `Sun, `, `Sun Nov`, `Sund`.
    match text.get(3)? {
        b',' => imf_fixdate(text),
        b' ' => asctime(text),
        _ => rfc850(text, now),
    }
}

/// `at` as an IMF-fixdate, the form to generate (RFC 9110 §5.6.7).
///
/// Years after 9999 do not fit the form; they are written as the last moment
/// of 9999.
#[must_use]
pub fn format(at: Timestamp) -> [u8; 29] {
    let secs = at.as_secs().min(LAST);
    let (days, of_day) = (secs / SECS_PER_DAY, secs % SECS_PER_DAY);
    let (year, month, day) = civil(days);
    let mut out = *b"Thu, 01 Jan 1970 00:00:00 GMT";
    for (at, name) in [
        (0, &DAYS[(days % 7) as usize][..3]),
        (8, &MONTHS[month as usize - 1][..]),
    ] {
        out[at..at + 3].copy_from_slice(name);
    }
    let mut two = |at: usize, value: u64| {
        out[at] = b'0' + (value / 10 % 10) as u8;
        out[at + 1] = b'0' + (value % 10) as u8;
    };
    two(5, day);
    two(12, year / 100);
    two(14, year % 100);
    two(17, of_day / 3600);
    two(20, of_day / 60 % 60);
    two(23, of_day % 60);
    out
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn imf_fixdate(text: &[u8]) -> Option<Timestamp> {
    let text: &[u8; 29] = text.try_into().ok()?;
    weekday_short(&text[..3])?;
    literal(text, &[(3, b", "), (7, b" "), (11, b" "), (16, b" ")])?;
    zone(&text[25..])?;
    moment(
        digits(&text[12..16])?,
        month(&text[8..11])?,
        digits(&text[5..7])?,
        clock(&text[17..25])?,
    )
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`
fn rfc850(text: &[u8], now: Timestamp) -> Option<Timestamp> {
    let comma = text.iter().take(10).position(|&byte| byte == b',')?;
    let (weekday, rest) = text.split_at(comma);
    DAYS.iter().find(|day| weekday.eq_ignore_ascii_case(day))?;
    let rest: &[u8; 24] = rest.try_into().ok()?;
    literal(rest, &[(0, b", "), (4, b"-"), (8, b"-"), (11, b" ")])?;
    zone(&rest[20..])?;
    let (month, day) = (month(&rest[5..8])?, digits(&rest[2..4])?);
    let clock = clock(&rest[12..20])?;
    let now = now.as_secs().min(LAST);
    let (this_year, this_month, this_day) = civil(now / SECS_PER_DAY);
    let mut year = this_year / 100 * 100 + digits(&rest[9..11])?;
    // RFC 9110 §5.6.7 counts from this very moment, not from this year.
    let today = (this_year + 50, this_month, this_day, now % SECS_PER_DAY);
    if (year, month, day, clock) > today {
        year -= 100;
    } else if year + 50 < this_year {
        year += 100;
    }
    moment(year, month, day, clock)
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(text: &[u8]) -> Option<Timestamp> {
    let text: &[u8; 24] = text.try_into().ok()?;
    weekday_short(&text[..3])?;
    literal(text, &[(3, b" "), (7, b" "), (10, b" "), (19, b" ")])?;
    let day = match text[8] {
        b' ' => digits(&text[9..10])?,
        _ => digits(&text[8..10])?,
    };
    moment(
        digits(&text[20..24])?,
        month(&text[4..7])?,
        day,
        clock(&text[11..19])?,
    )
}

fn literal(text: &[u8], expected: &[(usize, &[u8])]) -> Option<()> {
    expected
        .iter()
        .all(|&(at, part)| text[at..].starts_with(part))
        .then_some(())
}

fn digits(text: &[u8]) -> Option<u64> {
    text.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit()
            .then(|| value * 10 + u64::from(byte - b'0'))
    })
}

fn weekday_short(text: &[u8]) -> Option<()> {
    matches!(
        &lower(text)?,
        b"mon" | b"tue" | b"wed" | b"thu" | b"fri" | b"sat" | b"sun"
    )
    .then_some(())
}

fn month(text: &[u8]) -> Option<u64> {
    Some(match &lower(text)? {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    })
}

/// Three letters in lower case: the bit that tells the cases apart is set.
fn lower(text: &[u8]) -> Option<[u8; 3]> {
    let &[a, b, c] = text else { return None };
    Some([a | 0x20, b | 0x20, c | 0x20])
}

fn zone(text: &[u8]) -> Option<()> {
    text.eq_ignore_ascii_case(b" GMT").then_some(())
}

/// `08:49:37` in seconds. A leap second is the one after (RFC 9110 §5.6.7
/// allows 60).
fn clock(text: &[u8]) -> Option<u64> {
    if text[2] != b':' || text[5] != b':' {
        return None;
    }
    let (hour, minute) = (digits(&text[..2])?, digits(&text[3..5])?);
    let second = digits(&text[6..8])?;
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
}

fn moment(year: u64, month: u64, day: u64, clock: u64) -> Option<Timestamp> {
    if day == 0 || day > days_in(year, month) {
        return None;
    }
    if year < 1970 {
        return Some(Timestamp::from_secs(0));
    }
    // Only the leap second of 9999, or a clock beyond it, leads further.
    let secs = days_since_epoch(year, month, day) * SECS_PER_DAY + clock;
    Some(Timestamp::from_secs(secs.min(LAST)))
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 => 28 + is_leap(year) as u64,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Howard Hinnant's *days from civil*, for years from 1970: the year starts in
/// March, so that the leap day is its last.
const fn days_since_epoch(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The inverse: year, month and day.
const fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + (month <= 2) as u64, month, day)
}
