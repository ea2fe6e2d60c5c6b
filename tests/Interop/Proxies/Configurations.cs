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

/// <summary>What the proxies are told. docs/guide/proxies.md shows the same.</summary>
internal static class Configurations
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
        Route.HaproxyHttp => Haproxy(setting, "http", isTls: true, "", """
                option forwardfor
                http-request set-header X-Forwarded-Proto https
                http-request set-header X-Forwarded-Host %[req.hdr(Host)]
            """),
        Route.HaproxyV1 => Haproxy(setting, "tcp", isTls: false, "send-proxy"),
        Route.HaproxyV2 => Haproxy(setting, "tcp", isTls: true, "send-proxy-v2 check inter 100"),
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
            server {
                listen 127.0.0.1:{{setting.Port}} ssl;
                ssl_certificate {{setting.Certificate}};
                ssl_certificate_key {{setting.Key}};
                location / {
                    proxy_pass http://127.0.0.1:{{setting.Server}};
                    proxy_bind {{ProxyAddress}};
                    proxy_http_version 1.1;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection "upgrade";
                    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    proxy_set_header X-Forwarded-Proto $scheme;
                    proxy_set_header X-Forwarded-Host $http_host;
                    proxy_read_timeout {{setting.IdleSeconds}}s;
                }
            }
        }
        """;

    private static string NginxStream(Setting setting) => $$"""
        load_module /usr/lib/nginx/modules/ngx_stream_module.so;
        {{NginxCommon(setting)}}
        stream {
            server {
                listen 127.0.0.1:{{setting.Port}};
                proxy_pass 127.0.0.1:{{setting.Server}};
                proxy_bind {{ProxyAddress}};
                proxy_protocol on;
                proxy_timeout {{setting.IdleSeconds}}s;
            }
        }
        """;

    private static string NginxCommon(Setting setting) => $$"""
        daemon off;
        worker_processes 1;
        pid {{setting.Folder}}/pid;
        error_log stderr warn;
        events {}
        """;

    private static string Haproxy(Setting setting, string mode, bool isTls, string server, string frontend = "") => $"""
        defaults
            mode {mode}
            timeout connect 30s
            timeout client {setting.IdleSeconds}s
            timeout server {setting.IdleSeconds}s
            timeout tunnel {setting.IdleSeconds}s
        frontend in
            bind 127.0.0.1:{setting.Port}{(isTls ? $" ssl crt {setting.Certificate}" : "")}
        {frontend}
            default_backend out
        backend out
            source {ProxyAddress}
            server switchboard 127.0.0.1:{setting.Server} {server}

        """;
}
