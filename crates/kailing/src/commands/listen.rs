//! `kailing listen`: a subscriber for trying things out. It shows every callback that arrives, says what it thinks of
//! it, and can misbehave.

mod fault;
mod judge;
mod ledger;
mod server;
mod show;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use clap::Args;
use kailing_callback::seal::AesKey;
use kailing_callback::signature::Token;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;

use self::fault::Fault;
use self::judge::Keys;
use self::show::Style;
use crate::failure::Failure;
use crate::{node, output, signals};

pub(crate) const EXAMPLES: &str = "\
Examples:
  kailing listen                       makes up Token and key, prints the command to use them
  kailing listen --port 9300 --token ListenListen0123 --aes-key KEY
  kailing listen --fail 500            answers every event with status 500
  kailing listen --fail drop:0.2       closes the connection on every fifth event
  kailing listen --json | jq .message  for machines: one line for each request
  kailing listen --quiet               counts only, a line a second: for measuring

URL verifications are answered correctly whatever --fail says. Ctrl-C or SIGTERM ends it with a summary.";

#[derive(Args)]
pub(crate) struct Options {
    /// Port to listen on, 0 for any that is free
    #[arg(long, value_name = "PORT", default_value_t = 9200)]
    port: u16,
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Token for signatures, 16 to 32 letters and digits [default: made up]
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// `EncodingAESKey`, 43 letters and digits [default: made up]
    #[arg(long, value_name = "KEY")]
    aes_key: Option<String>,
    /// Misbehave: answer 500, never answer, answer `ok`, or close the connection on a share (0 to 1) of the events
    #[arg(long, value_name = "500|timeout|wrong-body|drop:RATE")]
    fail: Option<Fault>,
    /// Print one line of JSON for each request
    #[arg(long)]
    json: bool,
    /// Print counts only, once a second
    #[arg(long)]
    quiet: bool,
    /// Show the Token in signature base strings, so that they can be hashed
    #[arg(long)]
    show_token: bool,
}

pub(crate) fn run(options: Options) -> Result<(), Failure> {
    let (token, aes_key) =
        (options.token.map_or_else(|| made_up(32), Ok)?, options.aes_key.map_or_else(|| made_up(43), Ok)?);
    let keys = Keys {
        token: Token::parse(&token).map_err(|error| Failure::input(format!("--token: {error}")))?,
        key: AesKey::parse(&aes_key).map_err(|error| Failure::input(format!("--aes-key: {error}")))?,
        show_token: options.show_token,
    };
    let style = Style { json: options.json, quiet: options.quiet };
    // One thread carries ten thousand events a second and leaves the other processors to the server that is tried out.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = signals::stop()?;
        let address = SocketAddr::new(options.listen, options.port);
        let listener = tokio::net::TcpListener::bind(address).await;
        let listener = listener.map_err(|error| Failure::runtime(format!("cannot listen on {address}: {error}")))?;
        let base = super::serve::base_url(listener.local_addr()?);
        let command =
            format!("kailing app set-callback --app APP_ID --url {base}/ --token {token} --aes-key {aes_key}");
        output::line(show::greeting(style, &base, &command, options.fail))?;
        server::serve(listener, server::State::new(keys, style, options.fail)?, stop).await?;
        Ok(())
    })
}

/// So many random letters and digits.
fn made_up(length: usize) -> Result<String, Failure> {
    const LETTERS: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut random = ChaCha12Rng::from_seed(node::random_key()?);
    let mut byte = [0];
    let drawn = std::iter::repeat_with(|| {
        random.fill_bytes(&mut byte);
        LETTERS.get(usize::from(byte[0] >> 2)).map(|&letter| char::from(letter))
    });
    Ok(drawn.flatten().take(length).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_up_has_the_form_that_is_asked_for() {
        let (token, key) = (made_up(32).expect("a token"), made_up(43).expect("a key"));
        assert!(Token::parse(&token).is_ok() && AesKey::parse(&key).is_ok(), "{token} {key}");
        assert_ne!(made_up(43).expect("another key"), key);
    }
}
