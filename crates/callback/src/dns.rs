//! Names to addresses, of which only those that the guard allows come out: what is checked is what is connected to.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::watch;

use crate::target::Guard;

/// Asks the system. However many attempts wait for a name, only one thread asks: a name server that hangs must not
/// take the threads of the others.
pub(crate) struct Resolver {
    guard: Guard,
    asked: Arc<Mutex<HashMap<String, watch::Receiver<Option<Answer>>>>>,
}

/// Why a name leads nowhere, in words for the operator.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreachable(pub(crate) String);

type Answer = Result<Vec<IpAddr>, Unreachable>;

impl Resolver {
    pub(crate) fn new(guard: Guard) -> Resolver {
        Resolver { guard, asked: Arc::default() }
    }

    /// The answer to a question that may be under way already.
    fn ask(&self, name: &str) -> watch::Receiver<Option<Answer>> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        // Without a sender nobody answers any more: the runtime that asked has gone.
        if let Some(answer) = asked.get(name).filter(|answer| answer.has_changed().is_ok()) {
            return answer.clone();
        }
        let (sender, receiver) = watch::channel(None);
        asked.insert(name.to_owned(), receiver.clone());
        let (name, asked) = (name.to_owned(), Arc::clone(&self.asked));
        tokio::spawn(async move {
            let answer = look_up(&name).await;
            asked.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
            sender.send_replace(Some(answer));
        });
        receiver
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, name) = (self.guard, name.as_str().to_owned());
        let mut answer = self.ask(&name);
        Box::pin(async move {
            let unknown = || Unreachable(format!("the name {name} could not be resolved"));
            let answer = answer.wait_for(Option::is_some).await.map_err(|_| unknown())?.clone();
            let allowed = allowed(guard, &name, answer.ok_or_else(unknown)??)?;
            Ok(Box::new(allowed.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

async fn look_up(name: &str) -> Answer {
    match tokio::net::lookup_host((name, 0)).await {
        Ok(found) => Ok(found.map(|address| address.ip()).collect()),
        Err(_) => Err(Unreachable(format!("the name {name} could not be resolved"))),
    }
}

fn allowed(guard: Guard, name: &str, found: Vec<IpAddr>) -> Answer {
    let (allowed, refused): (Vec<IpAddr>, Vec<IpAddr>) = found.into_iter().partition(|&address| guard.allows(address));
    match refused.first().and_then(|&address| Some((address, guard.objection(address)?))) {
        Some((address, kind)) if allowed.is_empty() => {
            Err(Unreachable(format!("the name {name} leads to {address}, {kind}")))
        }
        _ if allowed.is_empty() => Err(Unreachable(format!("the name {name} has no address"))),
        _ => Ok(allowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().expect("an address")).collect()
    }

    #[test]
    fn only_allowed_addresses_come_out_of_a_name() {
        let guard = Guard { private_networks: true };
        let found = allowed(guard, "a.example", addresses(&["169.254.169.254", "10.0.0.1"])).expect("one is left");
        assert_eq!(found, addresses(&["10.0.0.1"]));
        let refused =
            allowed(guard, "a.example", addresses(&["169.254.169.254", "fe80::1"])).expect_err("none is left");
        assert_eq!(refused.to_string(), "the name a.example leads to 169.254.169.254, a link-local address");
    }

    #[tokio::test]
    async fn questions_for_one_name_are_asked_once() {
        let resolver = Resolver::new(Guard { private_networks: true });
        let (first, second) = (resolver.ask("localhost"), resolver.ask("localhost"));
        assert!(first.same_channel(&second));
        let found = resolver.resolve("localhost".parse().expect("a name")).await.expect("this machine");
        assert!(found.count() > 0);
        assert!(resolver.asked.lock().expect("the questions").is_empty());
    }
}
