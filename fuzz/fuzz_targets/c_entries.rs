//! Whatever C hands over, a function answers with a status, and never with
//! `HEDGEROW_PANIC`.
#![no_main]

use hedgerow_ffi::*;
use hedgerow_fuzz::parts;
use libfuzzer_sys::fuzz_target;
use std::ffi::c_char;
use std::ptr::{null, null_mut};

fn text(bytes: &[u8]) -> (*const c_char, usize) {
    (bytes.as_ptr().cast(), bytes.len())
}

/// Passes any status on but that of a bug.
fn fine(status: hedgerow_status) -> bool {
    assert!(
        !matches!(
            status,
            hedgerow_status::HEDGEROW_PANIC | hedgerow_status::HEDGEROW_POISONED
        ),
        "{status:?}"
    );
    status == hedgerow_status::HEDGEROW_OK
}

fn fields(lines: &[u8]) -> Vec<hedgerow_field> {
    let line = |line: &[u8]| {
        let at = line
            .iter()
            .position(|byte| *byte == b':')
            .unwrap_or(line.len());
        let ((name, name_len), (value, value_len)) = (
            text(&line[..at]),
            text(line.get(at + 1..).unwrap_or_default()),
        );
        // Into the fuzzer's input, which outlives them.
        hedgerow_field {
            name,
            name_len,
            value,
            value_len,
        }
    };
    lines.split(|byte| *byte == b'\n').map(line).collect()
}

fn message(method: &[u8], asked: &[hedgerow_field]) -> hedgerow_request {
    let (method, method_len) = text(method);
    hedgerow_request {
        method,
        method_len,
        target: null(),
        target_len: 0,
        fields: asked.as_ptr(),
        field_count: asked.len(),
    }
}

/// One stored response's life, with lists that are made once.
///
/// # Safety
///
/// What the request and the response point to is there.
unsafe fn cached(request: &hedgerow_request, response: &hedgerow_response, now: u64) {
    // SAFETY: every pointer is to a value here, or to a live object.
    unsafe {
        let (mut cache, mut lines, mut policy, mut reason) =
            (null_mut(), null_mut(), null_mut(), 0);
        assert!(fine(hedgerow_cache_new(null(), null(), 0, &mut cache)));
        assert!(fine(hedgerow_lines_new(&mut lines)));
        let stored = hedgerow_policy_store(
            cache,
            request,
            response,
            now,
            now,
            HEDGEROW_NEVER,
            &mut policy,
            &mut reason,
        );
        if fine(stored) {
            let mut decision = std::mem::zeroed();
            assert!(fine(hedgerow_policy_decide(
                policy,
                cache,
                request,
                now + 30,
                &mut decision
            )));
            let (mut answer, kept) = (std::mem::zeroed(), (response.fields, response.field_count));
            fine(hedgerow_policy_answer(
                policy,
                request,
                &decision,
                100,
                kept.0,
                kept.1,
                &mut answer,
                lines,
            ));
            fine(hedgerow_policy_validation(policy, lines));
            fine(hedgerow_policy_stored_lines(policy, kept.0, kept.1, lines));
            let (mut fresh, status) = (
                null_mut(),
                hedgerow_response {
                    status: 304,
                    ..*response
                },
            );
            fine(hedgerow_policy_freshen(
                policy,
                cache,
                request,
                kept.0,
                kept.1,
                &status,
                now,
                now,
                &mut fresh,
                lines,
                &mut reason,
            ));
            fine(hedgerow_policy_free(fresh));
        }
        fine(hedgerow_policy_free(policy));
        fine(hedgerow_lines_free(lines));
        fine(hedgerow_cache_free(cache));
    }
}

/// A race whose course the bytes tell.
fn raced(steps: &[u8]) {
    let given = [0_u16, 1, 2].map(|endpoint| hedgerow_candidate {
        endpoint,
        reserved: [0; 3],
        hedge_delay_us: 250_000,
        attempt_timeout_us: 3_000_000,
    });
    // SAFETY: every pointer is to a value here, or to a live object.
    unsafe {
        let (mut race, mut now) = (null_mut(), 0_u64);
        let mut output: hedgerow_race_output = std::mem::zeroed();
        assert!(fine(hedgerow_race_new(
            null(),
            given.as_ptr(),
            3,
            now,
            &mut race
        )));
        for step in steps {
            let attempt = u16::from(step >> 3 & 3);
            now = now.saturating_add(1 << (step >> 5) * 9);
            fine(match step & 7 {
                0 => hedgerow_race_handle_head(race, now, attempt),
                1 => hedgerow_race_handle_failure(race, now, attempt, 21),
                2 => hedgerow_race_handle_commit(race, now, attempt, 0),
                3 => hedgerow_race_handle_commit(race, now, attempt, 34),
                4 => hedgerow_race_handle_progress(race, now, attempt, now),
                5 => hedgerow_race_handle_ejected(race, now, attempt),
                6 => hedgerow_race_restart(race, given.as_ptr(), 3, now),
                _ => hedgerow_race_handle_failure(race, now, attempt, u16::from(*step)),
            });
            assert!(fine(hedgerow_race_poll(race, now, null_mut(), &mut output)));
        }
        assert!(fine(hedgerow_race_free(race)));
    }
}

/// A monitor that is told what another one is said to have known.
fn remembered(document: &[u8]) {
    let names = ["a", "b"].map(|name| {
        let (data, len) = text(name.as_bytes());
        hedgerow_str { data, len }
    });
    // SAFETY: every pointer is to a value here, or to a live object.
    unsafe {
        let (mut monitor, mut error) = (null_mut(), std::mem::zeroed());
        let mut output = std::mem::zeroed();
        assert!(fine(hedgerow_monitor_new(
            2,
            null(),
            0,
            1,
            &mut monitor,
            &mut error
        )));
        let (at, length) = text(document);
        fine(hedgerow_monitor_import(
            monitor,
            1,
            1,
            names.as_ptr(),
            names.len(),
            at,
            length,
            &mut error,
        ));
        assert!(fine(hedgerow_monitor_poll(monitor, 1, &mut output)));
        assert!(fine(hedgerow_monitor_free(monitor)));
    }
}

fuzz_target!(|input: &[u8]| {
    let mut parts = parts(input);
    let mut next = || parts.next().unwrap_or_default();
    let (method, asked, answered, url, steps) = (next(), next(), next(), next(), next());
    let (asked_lines, answered_lines) = (fields(asked), fields(answered));
    let response = hedgerow_response {
        fields: answered_lines.as_ptr(),
        field_count: answered_lines.len(),
        status: 200,
        reserved: [0; 3],
    };
    // SAFETY: every pointer is to a value here, or to a live object.
    unsafe {
        cached(&message(method, &asked_lines), &response, 1_800_000_000);
        let ((url_at, url_len), mut class) = (text(url), std::mem::zeroed());
        assert!(fine(hedgerow_classify(url_at, url_len, null(), &mut class)));
        assert!(class.evidence + class.evidence_len <= url_len);
        let (mut problems, mut error) = (null_mut(), std::mem::zeroed());
        for document in 0..5 {
            fine(hedgerow_config_check(
                document,
                url_at,
                url_len,
                &mut problems,
            ));
            fine(hedgerow_problems_free(problems));
            problems = null_mut();
        }
        let mut matches = 0;
        fine(hedgerow_pattern_matches(
            url_at,
            url_len,
            url_at,
            url_len,
            &mut matches,
            &mut error,
        ));
        let mut findings = null_mut();
        fine(hedgerow_audit(
            url_at,
            url_len,
            0,
            null(),
            &mut findings,
            &mut error,
        ));
        fine(hedgerow_findings_free(findings));
    }
    raced(steps);
    remembered(input);
});
