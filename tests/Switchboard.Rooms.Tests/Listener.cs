using System.Text;

namespace Switchboard.Rooms.Tests;

/// <summary>A member that writes down what it hears. One delivery at a time per room, so a plain list will do.</summary>
internal sealed class Listener(string name = "ada", bool wantsEcho = true) : RoomMember(name, wantsEcho)
{
    public List<RoomMessage> Heard { get; } = [];

    public IEnumerable<long> Sequences => Heard.Select(message => message.Sequence);

    public IEnumerable<string> Texts => Heard.Select(message => Encoding.UTF8.GetString(message.Payload.Span));
}
