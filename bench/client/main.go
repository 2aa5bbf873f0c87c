// Command client starts providers as Terraform does and measures how soon they answer.
//
//	client -runs 50 NAME=PROGRAM [NAME=PROGRAM ...]
//
// The programs take turns, so that whatever else the machine does falls on all of them alike. The answer is
// one JSON object on stdout: for each name the samples of every run, in the order they were taken.
//
// It speaks the handshake and TLS itself instead of using go-plugin, because go-plugin makes its key between
// the call and the start of the process, and that would be measured too. Linux only: the peak of the memory
// is read from /proc.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/encoding/protowire"
)

// Samples of one provider; the lists run in parallel.
type samples struct {
	// Milliseconds from the start of the process to the handshake line on its stdout.
	HandshakeMS []float64 `json:"handshake_ms"`
	// Milliseconds from the start of the process to the whole answer of GetProviderSchema.
	SchemaMS []float64 `json:"schema_ms"`
	// The most memory it had resident until then, in KiB (VmHWM).
	PeakRSSKiB []int64 `json:"peak_rss_kib"`
	// Its anonymous memory after it, in KiB (RssAnon). The rest are pages of the program, which the system keeps once
	// for all processes, in pieces whose size differs from file to file.
	AnonymousKiB []int64 `json:"anonymous_kib"`
	// The size of that answer, and how many resource types it describes.
	SchemaBytes int `json:"schema_bytes"`
	Resources   int `json:"resources"`
}

const (
	startTimeout    = 30 * time.Second
	shutdownTimeout = 2 * time.Second
	maxMessage      = 256 << 20
)

func main() {
	runs := flag.Int("runs", 50, "how often each provider is started")
	flag.Parse()
	if err := measure(flag.Args(), *runs); err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

func measure(arguments []string, runs int) error {
	if len(arguments) == 0 || runs < 1 {
		return errors.New("give at least one NAME=PROGRAM and at least one run")
	}
	identity, err := newIdentity()
	if err != nil {
		return fmt.Errorf("cannot make the client's certificate: %w", err)
	}
	results := map[string]*samples{}
	for run := range runs {
		for _, argument := range arguments {
			name, program, found := strings.Cut(argument, "=")
			if !found {
				return fmt.Errorf("%q is not NAME=PROGRAM", argument)
			}
			if run == 0 {
				results[name] = &samples{}
			}
			if err := results[name].add(program, identity); err != nil {
				return fmt.Errorf("%s, run %d: %w", name, run+1, err)
			}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(results)
}

// The certificate with which Terraform proves who it is: P-521, self-signed, for localhost.
type identity struct {
	certificate tls.Certificate
	pem         string
}

func newIdentity() (identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		return identity{}, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "localhost", Organization: []string{"benchmark"}},
		DNSNames:              []string{"localhost"},
		NotBefore:             time.Now().Add(-time.Minute),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment |
			x509.KeyUsageKeyAgreement | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return identity{}, err
	}
	return identity{
		certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		pem:         string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
	}, nil
}

// Starts the program once, asks for its schema, and lets it end.
func (s *samples) add(program string, identity identity) error {
	command := exec.Command(program)
	command.Env = append(os.Environ(),
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=6",
		"PLUGIN_MIN_PORT=10000",
		"PLUGIN_MAX_PORT=25000",
		"PLUGIN_CLIENT_CERT="+identity.pem,
	)
	stdout, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	var stderr bytes.Buffer
	command.Stderr = &stderr
	// What our own collector does in the middle of a run would be counted as the provider's time.
	runtime.GC()

	started := time.Now()
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	deadline := time.AfterFunc(startTimeout, func() { _ = command.Process.Kill() })
	defer func() {
		deadline.Stop()
		_ = command.Process.Kill()
		<-ended
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	handshake := time.Since(started)
	go func() {
		_ = command.Wait()
		close(ended)
	}()
	if err != nil {
		return fmt.Errorf("no handshake line: %w; it said %q", err, stderr.String())
	}

	connection, err := dial(line, identity)
	if err != nil {
		return err
	}
	defer connection.Close()
	schema, err := call(connection, "/tfplugin6.Provider/GetProviderSchema")
	answered := time.Since(started)
	if err != nil {
		return fmt.Errorf("GetProviderSchema: %w", err)
	}
	peak, anonymous, err := memory(command.Process.Pid)
	if err != nil {
		return err
	}

	s.HandshakeMS = append(s.HandshakeMS, milliseconds(handshake))
	s.SchemaMS = append(s.SchemaMS, milliseconds(answered))
	s.PeakRSSKiB = append(s.PeakRSSKiB, peak)
	s.AnonymousKiB = append(s.AnonymousKiB, anonymous)
	s.SchemaBytes = len(schema)
	if s.Resources, err = resources(schema); err != nil {
		return err
	}

	// The answer to Shutdown may be lost with the process, and need not be read.
	_, _ = call(connection, "/plugin.GRPCController/Shutdown")
	select {
	case <-ended:
		return nil
	case <-time.After(shutdownTimeout):
		return fmt.Errorf("still running %s after Shutdown", shutdownTimeout)
	}
}

// Connects to where the handshake line says: core version, protocol, network, address, "grpc", certificate.
func dial(line string, identity identity) (*grpc.ClientConn, error) {
	fields := strings.Split(strings.TrimSpace(line), "|")
	if len(fields) < 6 || fields[0] != "1" || fields[1] != "6" || fields[4] != "grpc" {
		return nil, fmt.Errorf("%q is not a handshake line for protocol 6", line)
	}
	der, err := base64.RawStdEncoding.DecodeString(fields[5])
	if err != nil {
		return nil, fmt.Errorf("the certificate in the handshake line: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("the certificate in the handshake line: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	secured := credentials.NewTLS(&tls.Config{
		Certificates: []tls.Certificate{identity.certificate},
		RootCAs:      roots,
		ServerName:   "localhost",
		MinVersion:   tls.VersionTLS12,
	})
	network, address := fields[2], fields[3]
	return grpc.NewClient("passthrough:///provider",
		grpc.WithTransportCredentials(secured),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{}), grpc.MaxCallRecvMsgSize(maxMessage)),
	)
}

// Calls a method whose request is an empty message, and returns the answer's bytes.
func call(connection *grpc.ClientConn, method string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	var request, answer []byte
	err := connection.Invoke(ctx, method, &request, &answer)
	return answer, err
}

// Passes messages through as bytes, so that no generated code is needed and decoding is not measured.
type rawCodec struct{}

func (rawCodec) Marshal(message any) ([]byte, error) { return *message.(*[]byte), nil }

func (rawCodec) Unmarshal(data []byte, message any) error {
	*message.(*[]byte) = bytes.Clone(data)
	return nil
}

func (rawCodec) Name() string { return "proto" }

// Counts the resource types in an answer of GetProviderSchema. An error diagnostic in it is an error here.
func resources(schema []byte) (int, error) {
	const resourceSchemas, diagnostics = 2, 4
	count := 0
	for len(schema) > 0 {
		number, wireType, length := protowire.ConsumeTag(schema)
		if length < 0 {
			return 0, protowire.ParseError(length)
		}
		size := protowire.ConsumeFieldValue(number, wireType, schema[length:])
		if size < 0 {
			return 0, protowire.ParseError(size)
		}
		switch number {
		case resourceSchemas:
			count++
		case diagnostics:
			return 0, fmt.Errorf("the schema came with a diagnostic: %q", schema[length:length+size])
		}
		schema = schema[length+size:]
	}
	if count == 0 {
		return 0, errors.New("the schema has no resource")
	}
	return count, nil
}

// memory tells the peak of the resident memory, and how much anonymous memory there is now, in KiB.
func memory(pid int) (peak, anonymous int64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	if peak, err = kib(string(status), "VmHWM:"); err != nil {
		return 0, 0, err
	}
	anonymous, err = kib(string(status), "RssAnon:")
	return peak, anonymous, err
}

func kib(status, name string) (int64, error) {
	for line := range strings.Lines(status) {
		if value, found := strings.CutPrefix(line, name); found {
			return strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		}
	}
	return 0, fmt.Errorf("no %s in /proc", name)
}

func milliseconds(duration time.Duration) float64 { return float64(duration.Microseconds()) / 1000 }
