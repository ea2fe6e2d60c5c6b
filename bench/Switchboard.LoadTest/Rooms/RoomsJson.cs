using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Switchboard.LoadTest.Rooms;

/// <summary>The table as a file to keep: dated, with the machine, the commit and every round.</summary>
internal static class RoomsJson
{
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for people to read, not for a browser to embed
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static void Write(RoomsSuiteResult result, string file)
    {
        var document = new
        {
            Measured = result.Measured.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            Kind = "rooms",
            Command = result.CommandLine,
            result.Machine,
            result.Place.ServerCpu,
            result.Place.ClientCpus,
            result.Rounds,
            Rows = result.Rows.Select(row => new
            {
                row.Name,
                Work = new
                {
                    row.Load.Members,
                    row.Load.Rooms,
                    row.Load.Format,
                    row.Load.IsDurable,
                    row.Load.Size,
                    row.Load.Publishers,
                    row.Load.Depth,
                    row.Load.Clients,
                    WarmupSeconds = row.Load.Warmup.TotalSeconds,
                    WindowSeconds = row.Load.Window.TotalSeconds,
                },
                Failure = result.Failures.GetValueOrDefault(row.Name),
                Rounds = result.Results.GetValueOrDefault(row.Name, []).Select(Round),
            }),
        };
        File.WriteAllText(file, JsonSerializer.Serialize(document, Layout) + "\n");
    }

    private static object Round(RoomsResult run) => new
    {
        run.FileSystem,
        run.BytesPerMember,
        PeakResidentMegabytes = run.Peak,
        Rates = run.Paces.Select(pace => new
        {
            Rate = pace.Pace.ToString(),
            pace.PublishedPerSecond,
            pace.DeliveriesPerSecond,
            pace.ServerMicrosecondsPerDelivery,
            P50Milliseconds = pace.ToLastMember.P50.TotalMilliseconds,
            P99Milliseconds = pace.ToLastMember.P99.TotalMilliseconds,
            AcksPerSecond = pace.ToAck is null ? (double?)null : pace.AcksPerSecond,
            AckP50Milliseconds = pace.ToAck?.P50.TotalMilliseconds,
            AckP99Milliseconds = pace.ToAck?.P99.TotalMilliseconds,
            pace.IsKept,
            pace.Use.ServerShare,
            pace.Use.ClientShare,
            pace.Use.ServerCpuTaken,
            pace.Use.ClientCpuTaken,
            pace.Use.IsClientBound,
        }),
    };
}
