namespace Switchboard.Rooms.WebSockets;

/// <summary>What the JSON format refuses by itself, before a room is asked.</summary>
internal static class JsonRefusal
{
    public static Refusal BadRoom { get; } = new("bad-room", "A room's name is 1 to 200 bytes, without '/', '%2F' and control characters, and not '.' or '..'.");

    public static Refusal NoRoom { get; } = new("bad-room", "This connection is in no room of its own: name a 'room'.");

    public static Refusal NotJoined { get; } = new("not-joined", "This connection is not in that room: join it first.");

    public static Refusal AlreadyJoined { get; } = new("already-joined", "This connection is in that room already.");

    public static Refusal Unreadable { get; } = new("unavailable", "The store cannot be read at the moment. Try again in a moment.", TimeSpan.FromSeconds(1));

    public static Refusal TooManyRooms(int limit) => new("too-many-rooms", $"A connection is in at most {limit} rooms: leave one, or open another connection.");

    public static Refusal Unauthenticated(string problem) => new("unauthenticated", problem);

    public static Refusal Malformed(string message) => new("malformed", message);
}
