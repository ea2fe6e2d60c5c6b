using System.CommandLine;
using System.Net;
using System.Net.Sockets;

namespace Switchboard.Cli.Commands;

/// <summary>What a client is told beyond its URL.</summary>
internal sealed class ClientFlags
{
    private const string CookieHeader = "Cookie";

    private readonly TlsFlags _tls = new();

    private readonly Option<Dictionary<string, string>> _headers = new("--header", "-H")
    {
        Description = "A header of the opening request: \"Authorization: Bearer 1234\". May be given several times.",
        HelpName = "name: value",
        CustomParser = Header.ReadAll,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _cookies = new("--cookie", "-b")
    {
        Description = "A cookie of the opening request. May be given several times.",
        HelpName = "name=value",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = Cookie.ReadAll,
    };

    private readonly Option<string[]> _subprotocols = new("--subprotocol", "-s")
    {
        Description = "A subprotocol to offer. May be given several times, the preferred one first.",
        HelpName = "name",
    };

    private readonly Option<bool> _noCompression = new("--no-compression") { Description = "Does not offer permessage-deflate." };

    private readonly Option<TimeSpan?> _connectTimeout = new("--connect-timeout")
    {
        Description = "How long connecting may take, in seconds, or forever. Default 10.",
        HelpName = "seconds",
        CustomParser = Seconds.Read,
    };

    private readonly Option<WebProxy?> _proxy = new("--proxy")
    {
        Description = "Connects through this HTTP proxy, http://name:password@host:port, or none. Default the system's.",
        HelpName = "url",
        CustomParser = ProxyUrl.Read,
    };

    private readonly Option<string?> _unix = new("--unix")
    {
        Description = "Connects to this Unix domain socket, instead of to the URL's host and port.",
        HelpName = "path",
    };

    internal void AddTo(Command command)
    {
        Option[] options = [_headers, _cookies, _subprotocols, _noCompression, _connectTimeout, _proxy, _unix];
        foreach (var option in options)
        {
            command.Add(option);
        }

        _tls.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_proxy) is not null && result.GetResult(_unix) is not null)
            {
                result.AddError("A Unix domain socket is on this machine, and no proxy leads there: give --proxy or --unix.");
            }

            if (result.GetResult(_cookies) is not null && result.GetValue(_headers) is { } headers && headers.ContainsKey(CookieHeader))
            {
                result.AddError("Cookies are given twice: by --cookie and by --header.");
            }
        });
    }

    /// <summary>Whether nobody looks at who the server is.</summary>
    internal bool IsInsecure(ParseResult parsed) => _tls.IsInsecure(parsed);

    /// <exception cref="ArgumentException">One of them is not what it must be, or a file cannot be used.</exception>
    internal WebSocketClientOptions Read(ParseResult parsed)
    {
        var defaults = new WebSocketClientOptions();
        var timeout = parsed.GetValue(_connectTimeout);
        var headers = parsed.GetValue(_headers)!;
        if (parsed.GetValue(_cookies) is { } cookies)
        {
            headers[CookieHeader] = cookies;
        }

        return defaults with
        {
            Headers = headers,
            Protocols = parsed.GetValue(_subprotocols) ?? [],
            Compression = parsed.GetValue(_noCompression) ? null : defaults.Compression,
            ConnectTimeout = timeout == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : timeout ?? defaults.ConnectTimeout,
            Proxy = parsed.GetValue(_proxy) ?? defaults.Proxy,
            ConnectTo = parsed.GetValue(_unix) is { } path ? new UnixDomainSocketEndPoint(path) : null,
            Tls = _tls.Read(parsed),

            // Browsers block them because pages are strangers. Here a person has named the port.
            AllowBlockedPorts = true,
        };
    }
}
