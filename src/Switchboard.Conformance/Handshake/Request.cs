using System.Text;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Handshake;

/// <summary>A client's opening request (RFC 6455 §4.1), of which every line can be changed.</summary>
internal sealed class Request(Uri url)
{
    private readonly List<string> _more = [];

    internal string Key { get; } = Handshake.Key.New();

    internal string FirstLine { get; set; } = $"GET {url.PathAndQuery} HTTP/1.1";

    internal string? Extensions { get; init; }

    internal string? Subprotocols { get; init; }

    /// <summary>The headers that every request has, by name. To take one away is to break a rule.</summary>
    internal Dictionary<string, string> Headers { get; } = [];

    internal Request With(Action<Request> change)
    {
        change(this);
        return this;
    }

    internal void Add(string line) => _more.Add(line);

    internal void Prepare()
    {
        Headers["Host"] = url.Authority;
        Headers["Upgrade"] = "websocket";
        Headers["Connection"] = "Upgrade";
        Headers["Sec-WebSocket-Key"] = Key;
        Headers["Sec-WebSocket-Version"] = "13";
    }

    internal byte[] ToBytes()
    {
        if (Headers.Count == 0)
        {
            Prepare();
        }

        var text = new StringBuilder(FirstLine).Append("\r\n");
        foreach (var (name, value) in Headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        AppendIf(text, "Sec-WebSocket-Extensions", Extensions);
        AppendIf(text, "Sec-WebSocket-Protocol", Subprotocols);
        _more.ForEach(line => text.Append(line).Append("\r\n"));
        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }

    /// <summary>Reads the answer and holds it against RFC 6455 §4.1, "the client MUST validate the server's response".</summary>
    internal async Task<Head> ReadAnswerAsync(Line line)
    {
        var answer = await Head.ReadAsync(line, "the answer to the handshake")
            ?? throw new CaseFailedException("the connection ended instead of an answer to the handshake");
        Judge(answer.Status == 101, $"'{answer.FirstLine}' instead of 101");
        Judge("websocket".Equals(answer.Find("Upgrade"), StringComparison.OrdinalIgnoreCase), "no 'Upgrade: websocket' in the answer");
        Judge(answer.Lists("Connection", "Upgrade"), "no 'Connection: Upgrade' in the answer");
        Judge(answer.Find("Sec-WebSocket-Accept") == Handshake.Key.Accept(Key), "a Sec-WebSocket-Accept that does not answer the key");
        Judge(Extensions is not null || answer.Find("Sec-WebSocket-Extensions") is null, "an extension that was not offered");
        Judge(Subprotocols is not null || answer.Find("Sec-WebSocket-Protocol") is null, "a subprotocol that was not offered");
        return answer;
    }

    private static void Judge(bool isGood, string seen)
    {
        if (!isGood)
        {
            throw new CaseFailedException(seen);
        }
    }

    private static void AppendIf(StringBuilder text, string name, string? value)
    {
        if (value is not null)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }
    }
}
