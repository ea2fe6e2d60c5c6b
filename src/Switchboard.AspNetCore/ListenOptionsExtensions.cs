using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Switchboard;
using Switchboard.AspNetCore;
using Switchboard.Tls;
using Switchboard.Transports.Tls;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Kestrel with Switchboard's certificates.</summary>
public static class ListenOptionsExtensions
{
    /// <summary>
    /// Speaks TLS at this port as a <c>WebSocketServer</c> does: one certificate for each host, and files are read anew when they change, without
    /// dropping a connection. Who speaks plain HTTP is told so. Clients' certificates are not looked at here; HTTP/2 is offered as the port's protocols say.
    /// </summary>
    /// <param name="listen">A port of Kestrel's.</param>
    /// <param name="options">The certificates and versions.</param>
    /// <exception cref="TlsException">A certificate is not there, cannot be read, or has no key.</exception>
    /// <exception cref="ArgumentException">There is no certificate, or clients' certificates are asked for.</exception>
    public static ListenOptions UseTls(this ListenOptions listen, ServerTlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.ClientCertificates != ClientCertificates.None)
        {
            throw new ArgumentException("Kestrel asks for clients' certificates by its own UseHttps.", nameof(options));
        }

        var log = listen.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger<ServerTls>();
        var tls = new ServerTls(options, TimeProvider.System, log);
        listen.Use(next => connection => PlainTextAnswer.JudgeAsync(connection, next));
        return listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = context => new(For(tls.Choose(context.ClientHelloInfo.ServerName), listen.Protocols)),
        });
    }

    // What is chosen is shared with all connections, and Kestrel writes into what it gets.
    private static SslServerAuthenticationOptions For(SslServerAuthenticationOptions chosen, HttpProtocols protocols) => new()
    {
        ServerCertificateContext = chosen.ServerCertificateContext,
        EnabledSslProtocols = chosen.EnabledSslProtocols,
        AllowRenegotiation = false,
        ApplicationProtocols = protocols.HasFlag(HttpProtocols.Http2)
            ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
            : [SslApplicationProtocol.Http11],
    };
}
