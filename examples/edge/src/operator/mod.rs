//! `hedgerow-edge admin`: asks a running proxy's admin listener, for operators
//! who have a terminal at hand and no time for curl.

mod client;
mod command;
mod table;

use anyhow::Result;
use serde_json::Value;

use self::client::Client;
pub(crate) use self::command::Operate;
use self::command::{Action, Order};

/// Carries a command out.
pub(crate) fn run(operate: &Operate) -> Result<()> {
    let client = Client::new(operate)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(act(&client, &operate.action))
}

async fn act(client: &Client, action: &Action) -> Result<()> {
    let order = match action {
        Action::State { upstream, json } => {
            let path = match upstream {
                Some(upstream) => format!("/upstreams/{upstream}"),
                None => "/state".to_owned(),
            };
            let state = client.get(&path).await?;
            if *json {
                println!("{state:#}");
            } else {
                print!("{}", table::state(&state));
            }
            return Ok(());
        }
        Action::Service(service) => Order::of_service(service),
        Action::Drain(drain) => Order::of_drain(drain),
        Action::Weight(weight) => Order::of_weight(weight),
        Action::Swap(swap) => Order::of_swap(swap),
        Action::Drill(drill) => Order::of_drill(drill)?,
    };
    let answer = client.send(&order).await?;
    let until = answer["until"].as_str().unwrap_or("it is undone");
    let change = answer["change"].as_str().unwrap_or_default();
    if order.is_undo() {
        println!("undone, by change {change}");
    } else {
        println!("change {change} holds until {until}");
    }
    print!("{}", table::upstream(&answer["upstream"]));
    match action {
        Action::Drill(drill) if !order.is_undo() && !drill.no_wait => {
            println!("Waiting for its end; Ctrl-C leaves it running.");
            let report = wait(client, &drill.upstream).await?;
            println!("{}", table::drill(&report));
        }
        _ => {}
    }
    Ok(())
}

/// Waits until the drill that is under way has ended.
async fn wait(client: &Client, upstream: &str) -> Result<Value> {
    loop {
        let report = client.get(&format!("/upstreams/{upstream}/drill")).await?;
        if report["underWay"] != true {
            return Ok(report);
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    }
}
