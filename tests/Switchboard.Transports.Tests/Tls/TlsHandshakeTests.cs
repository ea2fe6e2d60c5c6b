using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Memory;
using Switchboard.Transports.Tests.Support;
using Switchboard.Transports.Tls;

namespace Switchboard.Transports.Tests.Tls;

/// <summary>How handshakes succeed and fail, with the cause by its name, on a network in memory.</summary>
public sealed class TlsHandshakeTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Both_ends_know_what_was_agreed_on(SslProtocols protocol)
    {
        using var pair = TlsPairs.Over(await RawAsync(), protocol, clientCertificate: true).Start();

        await SayHelloAsync(pair);

        Assert.Equal((protocol, protocol), (pair.Left.Tls!.Protocol, pair.Right.Tls!.Protocol));
        Assert.Equal(pair.Left.Tls.CipherSuite, pair.Right.Tls.CipherSuite);
        Assert.Equal("localhost", pair.Right.Tls.HostName);
        Assert.Equal(SslApplicationProtocol.Http11, pair.Left.Tls.ApplicationProtocol);
        Assert.Equal(SslApplicationProtocol.Http11, pair.Right.Tls.ApplicationProtocol);
        Assert.Equal(TestCertificates.Localhost.Thumbprint, pair.Left.Tls.PeerCertificate?.Thumbprint);
        Assert.Equal(TestCertificates.Client.Thumbprint, pair.Right.Tls.PeerCertificate?.Thumbprint);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Nothing_is_agreed_on_before_the_handshake_and_without_one()
    {
        using var raw = await RawAsync();
        using var pair = TlsPairs.Over(raw);

        Assert.Null(raw.Left.Tls);
        Assert.Null(pair.Left.Tls);
        Assert.Null(pair.Right.Tls);
    }

    public static TheoryData<string, TlsFailure, string> Bad => new()
    {
        { nameof(TestCertificates.Expired), TlsFailure.CertificateExpired, "has expired" },
        { nameof(TestCertificates.NotYetValid), TlsFailure.CertificateNotYetValid, "is not valid before" },
        { nameof(TestCertificates.WrongHost), TlsFailure.WrongHost, "elsewhere.example, and not for localhost" },
        { nameof(TestCertificates.SelfSigned), TlsFailure.UntrustedRoot, "is self-signed" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_server_with_a_bad_certificate_is_refused_and_the_cause_named(string certificate, TlsFailure failure, string words)
    {
        var fault = await RefusedAsync(TlsPairs.ServerOptions(TestCertificates.Of(certificate)), TlsPairs.ClientOptions());

        Assert.Equal(failure, fault.Failure);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Contains("localhost", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_an_authority_that_nobody_knows_is_refused()
    {
        var options = TlsPairs.ClientOptions();
        options.CertificateChainPolicy!.CustomTrustStore.Clear();
        options.CertificateChainPolicy.ExtraStore.Add(TestCertificates.Root);

        var fault = await RefusedAsync(TlsPairs.ServerOptions(TestCertificates.Localhost), options);

        Assert.Equal(TlsFailure.UntrustedRoot, fault.Failure);
        Assert.Contains("CN=Switchboard test root", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_send_its_chain_is_refused()
    {
        var bare = TlsPairs.ServerOptions(TestCertificates.Localhost);
        bare.ServerCertificateContext = SslStreamCertificateContext.Create(TestCertificates.Localhost, [], offline: true);

        var fault = await RefusedAsync(bare, TlsPairs.ClientOptions());

        Assert.Equal(TlsFailure.IncompleteChain, fault.Failure);
        Assert.Contains("CN=Switchboard test intermediate", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_revocation_is_to_be_checked_and_cannot_be_is_refused()
    {
        var options = TlsPairs.ClientOptions();
        options.CertificateChainPolicy!.RevocationMode = X509RevocationMode.Offline;

        var fault = await RefusedAsync(TlsPairs.ServerOptions(TestCertificates.Localhost), options);

        Assert.Equal(TlsFailure.RevocationUnknown, fault.Failure);
    }

    [Fact]
    public async Task Both_ends_need_a_version_in_common()
    {
        var fault = await RefusedAsync(TlsPairs.ServerOptions(TestCertificates.Localhost, SslProtocols.Tls13), TlsPairs.ClientOptions(SslProtocols.Tls12));

        Assert.Equal(TlsFailure.ProtocolMismatch, fault.Failure);
    }

    [Fact]
    public async Task A_client_that_wants_another_protocol_inside_is_refused()
    {
        var options = TlsPairs.ClientOptions();
        options.ApplicationProtocols = [SslApplicationProtocol.Http2];

        var fault = await RefusedAsync(TlsPairs.ServerOptions(TestCertificates.Localhost), options);

        Assert.Equal(TlsFailure.ProtocolMismatch, fault.Failure);
    }

    [Fact]
    public async Task An_own_check_has_the_last_word_both_ways()
    {
        var lenient = TlsPairs.ClientOptions();
        lenient.RemoteCertificateValidationCallback = static (_, _, _, errors) => errors == SslPolicyErrors.RemoteCertificateChainErrors;
        using var pair = Over(await RawAsync(), TlsPairs.ServerOptions(TestCertificates.SelfSigned), lenient).Start();
        await SayHelloAsync(pair);

        var strict = TlsPairs.ClientOptions();
        strict.RemoteCertificateValidationCallback = static (_, _, _, _) => throw new TlsException(TlsFailure.PinMismatch, "not this one");
        var fault = await RefusedAsync(TlsPairs.ServerOptions(TestCertificates.Localhost), strict);

        Assert.Equal((TlsFailure.PinMismatch, "not this one"), (fault.Failure, fault.Message));
        pair.EndAndCheck();
    }

    // ---- Clients' certificates

    [Theory]
    [InlineData(false, SslProtocols.Tls12, TlsFailure.ClientCertificateRequired)]
    [InlineData(false, SslProtocols.Tls13, TlsFailure.ClientCertificateRequired)]
    [InlineData(true, SslProtocols.Tls12, TlsFailure.UntrustedRoot)]
    [InlineData(true, SslProtocols.Tls13, TlsFailure.UntrustedRoot)]
    public async Task A_client_that_is_not_good_is_told_why_inside_the_connection(bool showsOne, SslProtocols protocol, TlsFailure failure)
    {
        var options = TlsPairs.ClientOptions(protocol, showsOne ? TestCertificates.Stranger : null);
        using var pair = Over(await RawAsync(), TlsPairs.ServerOptions(TestCertificates.Localhost, isClientKnown: true), options, looksAtClients: true).Start();

        await pair.AtLeft.Closed.InTime();
        await pair.AtRight.Closed.InTime();

        Assert.Equal(failure, Assert.IsType<TlsException>(pair.AtRight.Fault).Failure);
        Assert.Null(pair.Right.Tls);
        var answer = Encoding.UTF8.GetString(pair.AtLeft.Bytes);
        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n\r\n{pair.AtRight.Fault.Message}\n", answer, StringComparison.Ordinal);
        pair.EndAndCheck();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_certificate_that_is_optional_is_taken_and_not_missed(bool showsOne)
    {
        var server = TlsPairs.ServerOptions(TestCertificates.Localhost, isClientKnown: true);
        server.ClientCertificateRequired = false;
        var client = TlsPairs.ClientOptions(certificate: showsOne ? TestCertificates.Client : null);
        using var pair = Over(await RawAsync(), server, client, looksAtClients: true).Start();

        await SayHelloAsync(pair);

        Assert.Equal(showsOne, pair.Right.Tls!.PeerCertificate is not null);
        pair.EndAndCheck();
    }

    // ---- Those who do not speak TLS

    [Fact]
    public async Task Who_speaks_plain_text_to_a_server_gets_a_plain_answer()
    {
        var raw = await RawAsync();
        using var pair = raw with { Right = Server(raw.Right) };
        pair.Start();

        pair.Left.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

        await pair.AtLeft.Closed.InTime();
        await pair.AtRight.Closed.InTime();
        var answer = Encoding.UTF8.GetString(pair.AtLeft.Bytes);
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", answer, StringComparison.Ordinal);
        var body = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.Equal("This port speaks TLS: use wss:// or https://.\n", body);
        Assert.Contains($"Content-Length: {body.Length}\r\n", answer, StringComparison.Ordinal);
        Assert.Null(pair.AtLeft.Fault);
        Assert.Equal(TlsFailure.NotTls, Assert.IsType<TlsException>(pair.AtRight.Fault).Failure);
        Assert.Equal(0, pair.AtRight.Length);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task A_client_is_told_that_the_server_speaks_plain_text()
    {
        var raw = await RawAsync();
        using var pair = raw with { Left = TlsTransports.Connect(raw.Left, TlsPairs.ClientOptions()) };
        pair.Start();

        pair.Right.Send("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        await pair.AtLeft.Closed.InTime();
        Assert.Equal(TlsFailure.NotTls, Assert.IsType<TlsException>(pair.AtLeft.Fault).Failure);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task A_handshake_that_breaks_off_is_told_on_both_ends()
    {
        // From the first bytes of the hello to the last of the server's answer.
        for (var cutAfter = 0; cutAfter < 1500; cutAfter += 100)
        {
            var network = new MemoryNetwork();
            var raw = await Pairs.ConnectAsync(network, network);
            var link = network.Links.Single();
            var left = cutAfter;
            network.Split = _ =>
            {
                if ((left -= 50) < 0)
                {
                    link.FallSilent();
                }

                return 50;
            };
            using var pair = TlsPairs.Over(raw).Start();
            await Eventually.IsTrue(() => Volatile.Read(ref left) < 0);

            link.Cut();

            await pair.AtLeft.Closed.InTime();
            await pair.AtRight.Closed.InTime();
            Assert.NotNull(pair.AtLeft.Fault);
            Assert.NotNull(pair.AtRight.Fault);
            pair.EndAndCheck();
        }
    }

    [Fact]
    public async Task A_client_that_goes_before_it_says_anything_is_a_fault_with_a_sentence()
    {
        var raw = await RawAsync();
        using var pair = raw with { Right = Server(raw.Right) };
        pair.Start();

        Recorder.Call(pair.Left.Shutdown);

        await pair.AtRight.Closed.InTime();
        Assert.Contains("during the TLS handshake", Assert.IsType<TlsException>(pair.AtRight.Fault).Message, StringComparison.Ordinal);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Garbage_instead_of_a_hello_ends_the_connection_with_an_alert()
    {
        var raw = await RawAsync();
        using var pair = raw with { Right = Server(raw.Right) };
        pair.Start();

        pair.Left.Send([0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9]);
        await Eventually.IsTrue(() => pair.AtLeft.ClosedCount == 1);

        Assert.Equal(0, pair.AtRight.Length);
        Assert.IsType<TlsException>(pair.AtRight.Fault);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task Garbage_between_two_records_ends_the_connection()
    {
        var raw = await RawAsync();
        using var pair = TlsPairs.Over(raw).Start();
        await SayHelloAsync(pair);

        // Past the client's TLS, into the line below it.
        raw.Left.Send([0x17, 3, 3, 0, 20, .. Pattern.Of(20)]);

        await pair.AtRight.Closed.InTime();
        Assert.IsType<TlsException>(pair.AtRight.Fault);
        await pair.AtLeft.Closed.InTime();
        pair.EndAndCheck();
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_connection_that_breaks_in_its_batch_leaves_its_loop_as_it_was()
    {
        using var loop = new EpollTransportFactory(new EpollOptions { Loops = 1 });
        var raw = await Pairs.ConnectAsync(loop, loop);
        using var broken = TlsPairs.Over(raw).Start();
        await SayHelloAsync(broken);
        raw.Left.Send([0x17, 3, 3, 0, 20, .. Pattern.Of(20)]);
        await broken.AtRight.Closed.InTime();

        // What is sent soon leaves with the loop's turn, as ever.
        var pair = TlsPairs.Over(await Pairs.ConnectAsync(loop, loop));
        pair.Right.Start(new Echo(pair.Right));
        pair.Left.Start(pair.AtLeft);
        pair.Left.Send([1, 2, 3]);

        await Eventually.IsTrue(() => pair.AtLeft.Length == 3);
        pair.EndAndCheck();
        broken.EndAndCheck();
    }

    // ---- How bytes are cut

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Records_may_come_in_any_pieces(int split)
    {
        var network = new MemoryNetwork { Split = _ => split };
        using var pair = TlsPairs.Over(await Pairs.ConnectAsync(network, network)).Start();
        var bytes = Pattern.Of(split == 1 ? 20_000 : 200_000);

        pair.Left.Send(bytes);
        pair.Right.Send(bytes);

        await Eventually.IsTrue(() => pair.AtRight.Length == bytes.Length && pair.AtLeft.Length == bytes.Length);
        Assert.Equal(bytes, pair.AtRight.Bytes);
        Assert.Equal(bytes, pair.AtLeft.Bytes);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task An_end_in_the_middle_of_a_record_is_a_fault()
    {
        var raw = await RawAsync();
        using var pair = TlsPairs.Over(raw).Start();
        await SayHelloAsync(pair);

        raw.Left.Send([0x17, 3, 3, 0, 20, 1, 2, 3]);
        Recorder.Call(raw.Left.Shutdown);

        await pair.AtRight.Closed.InTime();
        Assert.IsType<TlsException>(pair.AtRight.Fault);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task An_end_without_a_close_notification_is_good_order()
    {
        var raw = await RawAsync();
        using var pair = TlsPairs.Over(raw).Start();
        await SayHelloAsync(pair);

        Recorder.Call(raw.Left.Shutdown);

        await pair.AtRight.Closed.InTime();
        Assert.Null(pair.AtRight.Fault);
        pair.EndAndCheck();
    }

    [Fact]
    public async Task What_was_sealed_for_a_peer_that_does_not_read_is_bounded_and_the_rest_stays_shared()
    {
        var network = new MemoryNetwork();
        var raw = await Pairs.ConnectAsync(network, network);
        using var pair = TlsPairs.Over(raw);
        pair.AtRight.WhenBatchEnds = static () => false;
        pair.Start();
        pair.Left.Send([1]);
        await Eventually.IsTrue(() => pair.AtRight.Batches == 1);
        var shared = SharedBytes.Of(Pattern.Of(4 * 1024 * 1024));

        using (pair.Left.Gate.Enter())
        {
            pair.Left.Write(shared);
        }

        Recorder.Call(pair.Left.Flush);

        Assert.InRange(pair.Left.Unsent, 3 * 1024 * 1024, shared.Length);
        Assert.InRange(pair.Left.OwnUnsent, 1, 64 * 1024);
        Assert.InRange(raw.Left.Unsent, 1, 65 * 1024);
        pair.AtRight.WhenBatchEnds = static () => true;
        Recorder.Call(pair.Right.ResumeReceiving);
        await Eventually.IsTrue(() => pair.AtRight.Length == 1 + shared.Length);
        await Eventually.IsTrue(() => pair.Left.Unsent == 0);
        pair.EndAndCheck();
    }

    private static Task<TransportPair> RawAsync()
    {
        var network = new MemoryNetwork();
        return Pairs.ConnectAsync(network, network);
    }

    private static ITransport Server(ITransport inner)
    {
        var options = TlsPairs.ServerOptions(TestCertificates.Localhost);
        return TlsTransports.Accept(inner, _ => options);
    }

    private static TransportPair Over(
        TransportPair pair, SslServerAuthenticationOptions server, SslClientAuthenticationOptions client, bool looksAtClients = false) =>
        new(TlsTransports.Connect(pair.Left, client), TlsTransports.Accept(pair.Right, _ => server, looksAtClients));

    private static async Task SayHelloAsync(TransportPair pair)
    {
        pair.Left.Send([1, 2]);
        pair.Right.Send([3]);
        await Eventually.IsTrue(() => pair.AtRight.Length == 2 && pair.AtLeft.Length == 1);
    }

    /// <returns>Why the client has refused, or was.</returns>
    private static async Task<TlsException> RefusedAsync(SslServerAuthenticationOptions server, SslClientAuthenticationOptions client)
    {
        using var pair = Over(await RawAsync(), server, client).Start();
        pair.Left.Send([1]);

        await pair.AtLeft.Closed.InTime();
        await pair.AtRight.Closed.InTime();

        Assert.Equal(0, pair.AtRight.Length);
        Assert.NotNull(pair.AtRight.Fault);
        pair.EndAndCheck();
        return Assert.IsType<TlsException>(pair.AtLeft.Fault);
    }
}
