using System.Globalization;
using Switchboard.LoadTest.CommandLine;

namespace Switchboard.LoadTest.Rooms;

/// <summary>How many members in how many rooms, what is published there, and for how long.</summary>
/// <param name="Members">How many connections, over all rooms, which have equally many.</param>
/// <param name="Rooms">How many rooms.</param>
/// <param name="Format">What members speak.</param>
/// <param name="IsDurable">Whether the server stores the messages; in JSON publishers then have an ack for each.</param>
/// <param name="Size">Payload of each message.</param>
/// <param name="Publishers">How many of the members publish, equally many in each room; all receive.</param>
/// <param name="Depth">Where the pace is that of receiving: so many messages leave in one burst, the next burst when all of that one have reached everybody.</param>
/// <param name="Clients">How many processes the members are spread over.</param>
/// <param name="Paces">Each is a load of its own, one after the other on the same members. None: only memory is measured.</param>
/// <param name="Warmup">Load before each window, not measured.</param>
/// <param name="Window">What is measured.</param>
internal sealed record RoomsLoad(
    int Members,
    int Rooms,
    RoomFormat Format,
    bool IsDurable,
    int Size,
    int Publishers,
    int Depth,
    int Clients,
    IReadOnlyList<Pace> Paces,
    TimeSpan Warmup,
    TimeSpan Window)
{
    // At a given pace a publisher waits when so many of its messages are under way: that pace is then not kept, and the result says so.
    private const int MostUnderWay = 256;

    public int MembersPerRoom => Members / Rooms;

    public int PublishersPerRoom => Publishers / Rooms;

    public int MostInFlight => Math.Max(MostUnderWay, Depth);

    /// <summary>Whether a room has members in every process; if there are enough rooms, each is within one.</summary>
    public bool HasSharedRooms => Rooms < Clients;

    /// <summary>Only JSON can say that a message is stored.</summary>
    public bool HasAcks => IsDurable && Format == RoomFormat.Json;

    /// <summary>A message under way has a place in its room's ring.</summary>
    public int RingLength => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(PublishersPerRoom * MostInFlight * 2));

    public static RoomsLoad Parse(Arguments arguments)
    {
        var rooms = arguments.Number("--rooms", 1, 1_000_000) ?? 1;
        var clients = arguments.Number("--clients", 1, 64) ?? 3;
        var isMemoryOnly = Choice(arguments, "--measure", "all", "memory") == "memory";
        var paces = arguments.All("--rate");
        var load = new RoomsLoad(
            arguments.Number("--members", 1, 1_000_000) ?? 10_000,
            rooms,
            Choice(arguments, "--format", "plain", "json") == "json" ? RoomFormat.Json : RoomFormat.Plain,
            Choice(arguments, "--durable", "false", "true") == "true",
            arguments.Number("--size", Stamp.Length, 60_000) ?? 100,
            arguments.Number("--publishers", 1, 1_000_000) ?? (rooms < clients ? rooms * clients : rooms),
            arguments.Number("--depth", 1, 1000) ?? 1,
            clients,
            isMemoryOnly ? [] : paces.Count > 0 ? [.. paces.Select(Pace.Parse)] : [default],
            arguments.Seconds("--warmup", 3),
            arguments.Seconds("--seconds", 5));
        load.Check();
        return load;
    }

    /// <summary>For the command line of the processes that are started.</summary>
    public IEnumerable<string> Words() =>
    [
        "--members", Word(Members), "--rooms", Word(Rooms), "--clients", Word(Clients), "--size", Word(Size),
        "--format", Format == RoomFormat.Json ? "json" : "plain", "--durable", IsDurable ? "true" : "false",
        "--publishers", Word(Publishers), "--depth", Word(Depth),
        "--measure", Paces.Count == 0 ? "memory" : "all", "--rate", .. Paces.Select(pace => pace.ToString()),
        "--warmup", Word(Warmup.TotalSeconds), "--seconds", Word(Window.TotalSeconds),
    ];

    public override string ToString() =>
        $"{Members:N0} members in {Rooms:N0} room{(Rooms == 1 ? "" : "s")}, {(Format == RoomFormat.Json ? "JSON" : "plain")}, "
        + $"{(IsDurable ? "durable" : "ephemeral")}, {Size:N0} B";

    private static string Word(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static string Choice(Arguments arguments, string option, string usual, string other) => arguments.Text(option) switch
    {
        null => usual,
        { } word when word == usual || word == other => word,
        var word => throw new UsageException($"{option} takes {usual} or {other}, not '{word}'."),
    };

    private void Check()
    {
        if (Members % Rooms != 0 || Publishers % Rooms != 0)
        {
            throw new UsageException("--members and --publishers are divided among the --rooms evenly, so they must be multiples of it.");
        }

        if (Publishers > Members || (HasSharedRooms && MembersPerRoom < Clients))
        {
            throw new UsageException("There must be a member for each publisher, and in few rooms one for each of the --clients.");
        }

        if (Window <= TimeSpan.Zero)
        {
            throw new UsageException("--seconds must be more than zero.");
        }
    }
}
