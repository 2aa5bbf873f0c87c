//! TCP on loopback, which Windows uses: its Unix sockets are not what go-plugin's hosts expect there. Any
//! program of the machine can connect, so this is never served without TLS.

use std::io;
use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::ops::RangeInclusive;

use tokio::net::{TcpListener, TcpStream};

use super::{Accept, ListenError};
use crate::handshake::{Address, Environment};

/// A bound socket, not yet on a runtime.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: StdListener,
    address: Address,
}

impl Listener {
    /// Binds the first free port of the range that the host gave, or any without a range.
    pub(crate) fn bind(environment: &Environment) -> Result<Self, ListenError> {
        let ports = ports(environment)?;
        let address = format!("127.0.0.1, ports {} to {}", ports.start(), ports.end());
        let failed = |source| ListenError::Bind { address: address.clone(), source };
        let mut result = Err(io::ErrorKind::AddrInUse.into());
        for port in ports {
            result = StdListener::bind((Ipv4Addr::LOCALHOST, port));
            if result.is_ok() {
                break;
            }
        }
        let listener = result.map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = Address::Tcp(listener.local_addr().map_err(failed)?);
        Ok(Self { listener, address })
    }

    /// The address for the handshake.
    pub(crate) fn address(&self) -> Address {
        self.address.clone()
    }

    /// Puts the socket on the runtime; nothing has to be kept for it.
    pub(crate) fn start(self) -> io::Result<(impl Accept, ())> {
        Ok((TcpListener::from_std(self.listener)?, ()))
    }
}

impl Accept for TcpListener {
    type Socket = TcpStream;

    async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = TcpListener::accept(self).await?;
        // Small frames both ways: waiting to fill packets would only delay them.
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// The ports to try; 0 stands for any.
fn ports(environment: &Environment) -> Result<RangeInclusive<u16>, ListenError> {
    let (low, high) = match (&environment.min_port, &environment.max_port) {
        (None, None) => return Ok(0..=0),
        (low, high) => (low.as_deref().unwrap_or_default(), high.as_deref().unwrap_or_default()),
    };
    match (low.parse(), high.parse()) {
        (Ok(low), Ok(high)) if low <= high => Ok(low..=high),
        _ => Err(ListenError::Ports { given: format!("{low:?} and {high:?}") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(low: &str, high: &str) -> Environment {
        Environment { min_port: Some(low.into()), max_port: Some(high.into()), ..Environment::default() }
    }

    #[test]
    fn a_taken_port_is_passed_over() {
        // Two ports that were free a moment ago; the range is wide enough for neighbours that take some.
        let taken = Listener::bind(&Environment::default()).unwrap();
        let Address::Tcp(first) = taken.address() else { panic!("a TCP address") };
        let end = first.port().saturating_add(200);
        let next = Listener::bind(&environment(&first.port().to_string(), &end.to_string())).unwrap();
        let Address::Tcp(second) = next.address() else { panic!("a TCP address") };
        assert!(second.port() > first.port() && second.port() <= end);
        assert!(second.ip().is_loopback());
    }

    #[test]
    fn ports_that_are_none_are_named() {
        for (low, high) in [("x", "1"), ("2", "1"), ("1", "65536"), ("-1", "2")] {
            let error = Listener::bind(&environment(low, high)).unwrap_err();
            assert!(error.to_string().contains(&format!("{low:?} and {high:?}")), "{error}");
        }
    }

    #[tokio::test]
    async fn a_client_on_loopback_is_accepted() {
        let listener = Listener::bind(&Environment::default()).unwrap();
        let address = listener.address().to_string();
        let (listener, ()) = listener.start().unwrap();
        let (client, server) = tokio::join!(TcpStream::connect(&address), listener.accept());
        assert!(client.is_ok() && server.is_ok());
    }
}
