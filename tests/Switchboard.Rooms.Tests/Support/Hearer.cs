using System.Text;

namespace Switchboard.Rooms.Tests;

/// <summary>A member that keeps what it hears.</summary>
internal sealed class Hearer(string name = "ada", bool wantsEcho = true, IRoomDelivery? delivery = null)
    : RoomMember(RoomIdentity.Anonymous(name), delivery ?? new ToHearers(), wantsEcho)
{
    private readonly List<RoomEvent> _heard = [];

    /// <summary>At which pace it takes pages of the past.</summary>
    public Func<ValueTask<bool>>? Pace { get; init; }

    public Refusal? CutOffWith { get; set; }

    public IReadOnlyList<RoomEvent> Heard
    {
        get
        {
            lock (_heard)
            {
                return [.. _heard];
            }
        }
    }

    public IEnumerable<RoomMessage> Messages => Heard.OfType<RoomMessage>();

    public IEnumerable<long> Sequences => Messages.Select(message => message.Sequence);

    public IEnumerable<string> Texts => Messages.Select(message => Encoding.UTF8.GetString(message.Payload.Span));

    /// <summary>Everything in a line: what was joined, messages by their text, resets, signals, who came and went.</summary>
    public string Story => string.Join(' ', Heard.Select(each => each switch
    {
        RoomJoined joined => $"joined@{joined.Sequence}",
        RoomMessage message => Encoding.UTF8.GetString(message.Payload.Span),
        RoomReset reset => $"reset@{reset.First}..{reset.Sequence}",
        RoomSignal signal => $"~{Encoding.UTF8.GetString(signal.Payload.Span)}",
        PresenceChange change => $"{(change.HasJoined ? '+' : '-')}{change.Name}/{change.Members}",
        _ => "?",
    }));

    public void Hear(RoomEvent happening)
    {
        lock (_heard)
        {
            _heard.Add(happening);
        }
    }
}
