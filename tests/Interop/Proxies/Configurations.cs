using System.Text.RegularExpressions;

namespace Switchboard.Interop.Proxies;

/// <summary>A proxy, where TLS ends, and how the server learns of the client.</summary>
public enum Route
{
    /// <summary>nginx ends TLS, and writes X-Forwarded-*.</summary>
    NginxHttp,

    /// <summary>nginx passes TLS on (its stream module), behind a PROXY header.</summary>
    NginxStream,

    /// <summary>HAProxy ends TLS, and writes X-Forwarded-*.</summary>
    HaproxyHttp,

    /// <summary>HAProxy passes TLS on, behind a PROXY header of version 1.</summary>
    HaproxyV1,

    /// <summary>HAProxy ends TLS, and puts a PROXY header of version 2 before what it contains; it looks whether the server lives, too.</summary>
    HaproxyV2,
}

/// <param name="Folder">The proxy's own.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Server">Our server's port.</param>
/// <param name="Certificate">The file with the chain, and behind it the key.</param>
/// <param name="Key">The file with the key.</param>
/// <param name="IdleSeconds">How long a connection may be idle.</param>
internal sealed record Setting(string Folder, int Port, int Server, string Certificate, string Key, int IdleSeconds);

/// <summary>What the proxies are told: what docs/guide/proxies.md says, with the addresses and files of the test.</summary>
internal static partial class Configurations
{
    /// <summary>Where proxies connect from, so that their address is not the client's.</summary>
    internal const string ProxyAddress = "127.0.0.9";

    internal static bool IsNginx(Route route) => route is Route.NginxHttp or Route.NginxStream;

    /// <summary>Whether it speaks HTTP, and writes header fields.</summary>
    internal static bool IsHttp(Route route) => route is Route.NginxHttp or Route.HaproxyHttp;

    /// <summary>Whether TLS goes through to our server.</summary>
    internal static bool PassesTls(Route route) => route is Route.NginxStream or Route.HaproxyV1;

    internal static string Of(Route route, Setting setting) => route switch
    {
        Route.NginxHttp => NginxHttp(setting),
        Route.NginxStream => NginxStream(setting),
        Route.HaproxyHttp => Haproxy(Guide("haproxy", 0), setting),
        Route.HaproxyV1 => HaproxyTcp("", "send-proxy", setting),
        Route.HaproxyV2 => HaproxyTcp($" ssl crt {setting.Certificate}", "send-proxy-v2 check inter 100", setting),
        _ => throw new ArgumentOutOfRangeException(nameof(route)),
    };

    private static string NginxHttp(Setting setting) => $$"""
        {{NginxCommon(setting)}}
        http {
            access_log off;
            client_body_temp_path {{setting.Folder}}/body;
            proxy_temp_path {{setting.Folder}}/proxy;
            fastcgi_temp_path {{setting.Folder}}/fastcgi;
            uwsgi_temp_path {{setting.Folder}}/uwsgi;
            scgi_temp_path {{setting.Folder}}/scgi;
            proxy_read_timeout {{setting.IdleSeconds}}s;
            proxy_bind {{ProxyAddress}};
        {{Guide("nginx", 0)
            .With("listen 443", $"listen 127.0.0.1:{setting.Port}")
            .With("/etc/ssl/chat.pem", setting.Certificate)
            .With("/etc/ssl/chat.key", setting.Key)
            .With("10.0.0.5:3000", $"127.0.0.1:{setting.Server}")}}
        }
        """;

    private static string NginxStream(Setting setting) => $$"""
        load_module /usr/lib/nginx/modules/ngx_stream_module.so;
        {{NginxCommon(setting)}}
        {{Guide("nginx", 1)
            .With("listen 443;", $"listen 127.0.0.1:{setting.Port}; proxy_bind {ProxyAddress};")
            .With("10.0.0.5:3000", $"127.0.0.1:{setting.Server}")
            .With("60s", $"{setting.IdleSeconds}s")}}
        """;

    private static string NginxCommon(Setting setting) => $$"""
        daemon off;
        worker_processes 1;
        pid {{setting.Folder}}/pid;
        error_log stderr warn;
        events {}
        """;

    private static string HaproxyTcp(string tls, string header, Setting setting) => Haproxy(
        $"""
        frontend in
            mode tcp
            timeout client 60s
            bind :443{tls}
            default_backend switchboard

        {Guide("haproxy", 1).With("send-proxy-v2 check", header)}
        """,
        setting);

    private static string Haproxy(string text, Setting setting) => text
        .Replace("/etc/ssl/chat-with-key.pem", setting.Certificate, StringComparison.Ordinal)
        .With("bind :443", $"bind 127.0.0.1:{setting.Port}")
        .With("10.0.0.5:3000", $"127.0.0.1:{setting.Server} source {ProxyAddress}")
        .With("60s", $"{setting.IdleSeconds}s");

    private static string Guide(string language, int index)
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/guide/proxies.md"));
        return Blocks().Matches(page).Where(block => block.Groups["language"].Value == language).ElementAt(index).Groups["text"].Value;
    }

    private static string With(this string text, string old, string replacement)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, replacement, StringComparison.Ordinal);
    }

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
