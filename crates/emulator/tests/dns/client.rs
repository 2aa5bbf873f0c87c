//! A client of DNS that writes queries byte by byte, right or wrong.

use std::net::SocketAddr;
use std::time::Duration;

use hickory_proto::op::{Message, ResponseCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

pub(crate) const A: u16 = 1;
pub(crate) const NS: u16 = 2;
pub(crate) const CNAME: u16 = 5;
pub(crate) const SOA: u16 = 6;
pub(crate) const TXT: u16 = 16;
pub(crate) const AAAA: u16 = 28;
pub(crate) const AXFR: u16 = 252;
pub(crate) const ANY: u16 = 255;

/// The id of queries.
pub(crate) const ID: u16 = 0xbeef;

/// The bit that asks for recursion.
pub(crate) const RECURSION_DESIRED: u16 = 0x0100;

/// How long a test waits for what has to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A query.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) flags: u16,
    pub(crate) name: Vec<u8>,
    pub(crate) record_type: u16,
    pub(crate) class: u16,
    pub(crate) edns: Option<Edns>,
}

/// The record that carries EDNS.
#[derive(Clone, Debug)]
pub(crate) struct Edns {
    pub(crate) payload: u16,
    pub(crate) version: u8,
    pub(crate) flags: u16,
    /// The options, as bytes.
    pub(crate) options: Vec<u8>,
}

impl Query {
    pub(crate) fn new(name: &str, record_type: u16) -> Self {
        Self { flags: 0, name: wire(name), record_type, class: 1, edns: None }
    }

    /// The same with EDNS and these options.
    pub(crate) fn with_options(self, options: Vec<u8>) -> Self {
        Self { edns: Some(Edns { payload: 1232, version: 0, flags: 0, options }), ..self }
    }

    /// The same with the option Client Subnet, whose data are these.
    pub(crate) fn with_client_subnet(self, data: &[u8]) -> Self {
        self.with_options(option(8, data))
    }

    /// The question as the message has it.
    pub(crate) fn question(&self) -> Vec<u8> {
        [&self.name[..], &self.record_type.to_be_bytes(), &self.class.to_be_bytes()].concat()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = header(self.flags, [1, 0, 0, u16::from(self.edns.is_some())]);
        bytes.extend(self.question());
        bytes.extend(self.edns.iter().flat_map(Edns::bytes));
        bytes
    }
}

impl Edns {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let length = u16::try_from(self.options.len()).unwrap();
        let [a, b] = self.flags.to_be_bytes();
        let mut bytes = vec![0, 0, 41];
        bytes.extend(self.payload.to_be_bytes());
        bytes.extend([0, self.version, a, b]);
        bytes.extend(length.to_be_bytes());
        bytes.extend(&self.options);
        bytes
    }
}

/// The header of a query with these counts.
pub(crate) fn header(flags: u16, counts: [u16; 4]) -> Vec<u8> {
    [ID, flags].into_iter().chain(counts).flat_map(u16::to_be_bytes).collect()
}

/// A name as labels after their lengths.
pub(crate) fn wire(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

/// An option of EDNS.
pub(crate) fn option(code: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&code.to_be_bytes()[..], &length.to_be_bytes(), data].concat()
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) bytes: Vec<u8>,
    pub(crate) message: Message,
}

impl Reply {
    fn new(bytes: Vec<u8>) -> Self {
        let message = Message::from_vec(&bytes).unwrap();
        Self { bytes, message }
    }

    pub(crate) fn rcode(&self) -> ResponseCode {
        self.message.metadata.response_code
    }

    /// The flags without opcode and response code.
    pub(crate) fn flags(&self) -> u16 {
        u16::from_be_bytes([self.bytes[2], self.bytes[3]]) & !0x780f
    }

    pub(crate) fn is_truncated(&self) -> bool {
        self.message.metadata.truncation
    }

    pub(crate) fn answers(&self) -> Vec<String> {
        self.message.answers.iter().map(ToString::to_string).collect()
    }

    pub(crate) fn authorities(&self) -> Vec<String> {
        self.message.authorities.iter().map(ToString::to_string).collect()
    }

    /// The bytes of the options of EDNS, whose record is the last. `None` without such a record.
    pub(crate) fn options(&self) -> Option<&[u8]> {
        self.message.edns.as_ref()?;
        let starts = (12..=self.bytes.len() - 11).rev();
        let mut records = starts.map(|start| self.bytes[start..].split_at(11));
        let is_opt = |(record, options): &(&[u8], &[u8])| {
            record[..3] == [0, 0, 41] && record[9..] == u16::try_from(options.len()).unwrap().to_be_bytes()
        };
        records.find(is_opt).map(|(_, options)| options)
    }
}

/// A client of one server.
pub(crate) struct Dns {
    pub(crate) address: SocketAddr,
    socket: UdpSocket,
}

impl Dns {
    pub(crate) async fn new(address: SocketAddr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.connect(address).await.unwrap();
        Self { address, socket }
    }

    /// The answer to a query over UDP.
    pub(crate) async fn ask(&self, query: &Query) -> Reply {
        self.ask_bytes(&query.bytes()).await
    }

    /// The answer to bytes over UDP.
    pub(crate) async fn ask_bytes(&self, bytes: &[u8]) -> Reply {
        self.send(bytes).await;
        let reply = Reply::new(self.receive().await);
        assert_eq!(reply.bytes[..2], bytes[..2], "the id is another one");
        reply
    }

    pub(crate) async fn send(&self, bytes: &[u8]) {
        self.socket.send(bytes).await.unwrap();
    }

    pub(crate) async fn receive(&self) -> Vec<u8> {
        let mut buffer = vec![0; 65_535];
        let received = tokio::time::timeout(PATIENCE, self.socket.recv(&mut buffer)).await;
        buffer.truncate(received.expect("there is an answer").unwrap());
        buffer
    }

    /// The answer to a query over TCP.
    pub(crate) async fn ask_tcp(&self, query: &Query) -> Reply {
        let mut connection = self.connect().await;
        connection.send(&query.bytes()).await;
        Reply::new(connection.receive().await.unwrap())
    }

    pub(crate) async fn connect(&self) -> Connection {
        Connection(TcpStream::connect(self.address).await.unwrap())
    }
}

/// A connection over TCP.
pub(crate) struct Connection(pub(crate) TcpStream);

impl Connection {
    pub(crate) async fn send(&mut self, message: &[u8]) {
        self.0.write_all(&framed(message)).await.unwrap();
    }

    /// The next message; `None` if the connection was closed.
    pub(crate) async fn receive(&mut self) -> Option<Vec<u8>> {
        let length = self.0.read_u16().await.ok()?;
        let mut message = vec![0; length.into()];
        self.0.read_exact(&mut message).await.ok()?;
        Some(message)
    }
}

/// A message after its length.
pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    [&u16::try_from(message.len()).unwrap().to_be_bytes()[..], message].concat()
}
