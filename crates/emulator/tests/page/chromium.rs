//! A headless Chromium, driven over a pipe by the `DevTools` protocol. It reaches nothing but this machine.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a test waits for what has to come, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// The browser with one page open.
pub(crate) struct Chromium {
    process: Child,
    stdin: ChildStdin,
    messages: Receiver<Value>,
    /// The page, once there is one.
    session: Option<String>,
    /// The number of the last command.
    last: u64,
    /// What the browser complains of: errors of scripts, and what the policy of the page forbade.
    complaints: Vec<String>,
    _profile: TempDir,
}

impl Chromium {
    /// Starts it. `None`, with a line that says so, if `AZURETM_CHROMIUM` does not say where it is.
    pub(crate) fn start() -> Option<Self> {
        let program = test_support::chromium()?;
        let profile = TempDir::new().unwrap();
        let data = profile.path().to_str().unwrap();
        // The protocol is spoken over the descriptors 3 and 4, which are ours.
        let mut process = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#])
            .arg(program)
            .args([
                "--remote-debugging-pipe",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
            ])
            .args(["--no-first-run", "--disable-background-networking", "--disable-component-update"])
            .args(["--disable-sync", "--disable-dev-shm-usage", "--no-proxy-server", "--lang=en"])
            .args(["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"])
            .args([&format!("--user-data-dir={data}"), "about:blank"])
            .env("HOME", data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdin = process.stdin.take().unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in stdout.split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else { return };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser = Self {
            process,
            stdin,
            messages,
            session: None,
            last: 0,
            complaints: Vec::new(),
            _profile: profile,
        };
        browser.attach();
        Some(browser)
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].take();
        let attached = self.call("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        self.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log"] {
            self.call(&format!("{domain}.enable"), json!({}));
        }
    }

    /// Goes to an address, and fails if nothing answers there.
    pub(crate) fn open(&mut self, url: &str) {
        let opened = self.call("Page.navigate", json!({ "url": url }));
        assert!(opened["errorText"].is_null(), "{url}: {opened}");
    }

    /// The value of an expression, once it is settled if it is a promise.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        // The policy of the page holds for what is evaluated in it, too.
        let arguments = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "allowUnsafeEvalBlockedByCSP": false,
        });
        let mut answer = self.call("Runtime.evaluate", arguments);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].take()
    }

    /// Waits until an expression is true of the page, which is looked at whenever it changes.
    pub(crate) fn wait_for(&mut self, condition: &str) {
        let wait = format!(
            "new Promise((resolve) => {{
                const holds = () => {{ try {{ return Boolean({condition}) }} catch {{ return false }} }};
                const look = () => holds() && (observer.disconnect(), resolve(true));
                const observer = new MutationObserver(look);
                observer.observe(document, {{ subtree: true, childList: true, characterData: true, attributes: true }});
                addEventListener('load', look);
                look();
            }})"
        );
        let arguments = json!({ "expression": wait, "awaitPromise": true, "returnByValue": true });
        let id = self.send("Runtime.evaluate", arguments);
        if self.answer(id).is_none() {
            let page = self.evaluate("document.body.innerText");
            panic!("{condition} never became true; complaints: {:?}; the page:\n{page}", self.complaints);
        }
    }

    /// Types into the element that has the focus.
    pub(crate) fn insert(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Presses a key: `Enter` or `Tab`.
    pub(crate) fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            "Tab" => (9, ""),
            _ => panic!("{key} is not known here"),
        };
        let event =
            |kind: &str| json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
        let mut down = event(if text.is_empty() { "rawKeyDown" } else { "keyDown" });
        down["text"] = json!(text);
        self.call("Input.dispatchKeyEvent", down);
        self.call("Input.dispatchKeyEvent", event("keyUp"));
    }

    /// Makes the window so many pixels wide, in dark or in light mode.
    pub(crate) fn look(&mut self, width: u32, scheme: &str) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.call("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// What the browser complained of since it was started.
    pub(crate) fn complaints(&mut self) -> &[String] {
        // What came before the answer to this came before.
        self.evaluate("true");
        &self.complaints
    }

    /// The result of a command.
    pub(crate) fn call(&mut self, method: &str, arguments: Value) -> Value {
        let id = self.send(method, arguments);
        let mut answer = self.answer(id).unwrap_or_else(|| panic!("{method} is not answered"));
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].take()
    }

    fn send(&mut self, method: &str, arguments: Value) -> u64 {
        self.last += 1;
        let mut command = json!({ "id": self.last, "method": method });
        command["params"] = arguments;
        if let Some(session) = &self.session {
            command["sessionId"] = json!(session);
        }
        self.stdin.write_all(command.to_string().as_bytes()).unwrap();
        self.stdin.write_all(&[0]).unwrap();
        self.last
    }

    /// The answer to a command. `None` if it does not come.
    fn answer(&mut self, id: u64) -> Option<Value> {
        loop {
            let message = match self.messages.recv_timeout(PATIENCE) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => panic!("the browser ended"),
            };
            if message["id"] == id {
                return Some(message);
            }
            let event = &message["params"];
            match message["method"].as_str() {
                Some("Log.entryAdded") if event["entry"]["level"] == "error" => {
                    self.complaints.push(event["entry"]["text"].to_string());
                }
                Some("Runtime.exceptionThrown") => {
                    self.complaints.push(event["exceptionDetails"].to_string());
                }
                _ => {}
            }
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // One that ended already cannot be ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
