//! The race, one behaviour to a file.

mod adoption;
mod asks_again;
mod attempt_deadline;
mod budgets;
mod budgets_hostile;
mod cancel;
mod commit_grace;
mod ejection;
mod failover_at_once;
mod hedge_budget;
mod hedge_on_silence;
mod late_results;
mod lost_or_superseded;
mod misuse;
mod properties;
mod restart;
mod resume;
mod retry_budget;
mod script;
#[path = "../support/scripts.rs"]
mod scripts;
mod silent_endpoint;
mod suspension;
mod total_deadline;
mod winning_phase;
