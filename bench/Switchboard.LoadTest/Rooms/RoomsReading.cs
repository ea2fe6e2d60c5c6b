using System.Diagnostics;
using Switchboard.LoadTest.Measure;

namespace Switchboard.LoadTest.Rooms;

/// <summary>All clocks and counts at one moment.</summary>
internal readonly record struct RoomsReading(
    long Timestamp, long Deliveries, long Published, long Acks, double Server, double Clients, double ServerCpu, double ClientCpus)
{
    public static RoomsReading Take(Board board, CpuClock server, IReadOnlyList<ClientProcess> clients, int serverCpu, IReadOnlyList<int> clientCpus)
    {
        ClientCounts[] counts = [.. Enumerable.Range(0, clients.Count).Select(board.Client)];
        return new RoomsReading(
            Stopwatch.GetTimestamp(),
            counts.Sum(client => Volatile.Read(ref client.Deliveries)),
            counts.Sum(client => Volatile.Read(ref client.Published)),
            counts.Sum(client => Volatile.Read(ref client.Acks)),
            server.Nanoseconds,
            clients.Sum(client => (double)client.Clock.Nanoseconds),
            BusyCpu.Nanoseconds(serverCpu),
            clientCpus.Sum(BusyCpu.Nanoseconds));
    }

    public RoomsUse Since(RoomsReading start, int clientCpus)
    {
        var seconds = Stopwatch.GetElapsedTime(start.Timestamp, Timestamp).TotalSeconds;
        var (server, clients) = (Server - start.Server, Clients - start.Clients);
        return new RoomsUse(
            seconds,
            Deliveries - start.Deliveries,
            Published - start.Published,
            Acks - start.Acks,
            server,
            clients,
            Math.Max(0, (ServerCpu - start.ServerCpu - server) / (seconds * 1e9)),
            Math.Max(0, (ClientCpus - start.ClientCpus - clients) / (seconds * 1e9 * clientCpus)),
            clientCpus);
    }
}
