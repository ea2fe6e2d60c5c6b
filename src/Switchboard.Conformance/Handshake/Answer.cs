using System.Text;

namespace Switchboard.Conformance.Handshake;

/// <summary>A server's answer (RFC 6455 §4.2.2), of which every line can be changed.</summary>
internal sealed class Answer
{
    private readonly List<string> _more = [];

    internal Answer(Head request)
    {
        Headers["Upgrade"] = "websocket";
        Headers["Connection"] = "Upgrade";
        Headers["Sec-WebSocket-Accept"] = Key.Accept(request.Find("Sec-WebSocket-Key") ?? "");
    }

    internal string FirstLine { get; set; } = "HTTP/1.1 101 Switching Protocols";

    /// <summary>The headers that every answer has, by name. To take one away is to break a rule.</summary>
    internal Dictionary<string, string> Headers { get; } = [];

    internal void Add(string line) => _more.Add(line);

    internal byte[] ToBytes()
    {
        var text = new StringBuilder(FirstLine).Append("\r\n");
        foreach (var (name, value) in Headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        _more.ForEach(line => text.Append(line).Append("\r\n"));
        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }
}
