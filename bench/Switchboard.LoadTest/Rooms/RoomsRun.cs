using System.Diagnostics;
using System.Globalization;
using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Servers;
using Switchboard.LoadTest.Suite;

namespace Switchboard.LoadTest.Rooms;

/// <summary>Starts a server and the processes of its members, takes them through the script, and measures.</summary>
internal sealed class RoomsRun : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    // For what comes too often to come.
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(0.3);

    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(120);

    private readonly RoomsLoad _load;
    private readonly DirectoryInfo _data;
    private readonly Board _board;
    private readonly ServerProcess _server;
    private readonly List<ClientProcess> _clients = [];
    private readonly int _serverCpu;
    private readonly int[] _clientCpus;

    private RoomsRun(RoomsLoad load, RoomsPlace place)
    {
        _load = load;
        _serverCpu = place.ServerCpu;
        _clientCpus = [.. place.ClientCpus.Take(load.Clients)];
        _data = Directory.CreateDirectory(Path.Combine(place.DataRoot, $"switchboard-rooms-{Guid.NewGuid():N}"));
        _board = Board.Create(load);
        try
        {
            _server = ServerProcess.Start(RoomsServer.Command(place.Server, load, _data.FullName), "/rooms", _serverCpu);
        }
        catch
        {
            _board.Dispose();
            _data.Delete(recursive: true);
            throw;
        }
    }

    public static RoomsResult Measure(RoomsLoad load, RoomsPlace place)
    {
        using var run = new RoomsRun(load, place);
        try
        {
            return run.Measure();
        }
        catch (RunFailedException failure)
        {
            throw new RunFailedException($"{load}: {failure.Message}{run._server.LastWords()}");
        }
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _server.Dispose();
        _board.Dispose();
        _data.Delete(recursive: true);
    }

    private RoomsResult Measure()
    {
        for (var client = 0; client < _load.Clients; client++)
        {
            _clients.Add(ClientProcess.Start(_load, _server.Url, _board, client, _clientCpus[client % _clientCpus.Length]));
        }

        Do(Step.Prime);
        Thread.Sleep(Rest);
        var before = ProcessMemory.Of(_server.Pid);
        Do(Step.Join);
        Thread.Sleep(Settling);
        var after = ProcessMemory.Of(_server.Pid);
        PaceResult[] paces = [.. _load.Paces.Select(Measure)];
        Leave();
        return new RoomsResult(_load, new DriveInfo(_data.FullName).DriveFormat, before, after, paces, Sample.Megabytes(_server.Pid));
    }

    private PaceResult Measure(Pace pace, int number)
    {
        _board.WindowStart = long.MaxValue;
        _board.WindowEnd = long.MaxValue;
        _board.LoadStart = Stopwatch.GetTimestamp();
        Volatile.Write(ref _board.Command, Step.Load(number));
        Pass(_load.Warmup);
        var start = Read();
        _board.WindowStart = start.Timestamp;
        Pass(_load.Window);
        var end = Read();
        _board.WindowEnd = end.Timestamp;
        Do(Step.Drain(number));

        var (toLastMember, toAck) = (new LatencyHistogram(), new LatencyHistogram());
        foreach (var client in _clients)
        {
            var histograms = client.ReadLine().Split(';');
            Add(toLastMember, histograms[0]);
            Add(toAck, histograms[1]);
        }

        var use = end.Since(start, _clientCpus.Length);
        return use.Deliveries > 0
            ? new PaceResult(pace, use, Latency.Of(toLastMember), _load.HasAcks ? Latency.Of(toAck) : null)
            : throw new RunFailedException("Not one message was received within the window.");
    }

    private RoomsReading Read()
    {
        _clients.ForEach(client => client.ThrowIfEnded());
        return RoomsReading.Take(_board, _server.Clock, _clients, _serverCpu, _clientCpus);
    }

    private static void Add(LatencyHistogram histogram, string pairs)
    {
        foreach (var pair in pairs.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var numbers = pair.Split(' ');
            histogram.Add(int.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture));
        }
    }

    private void Leave()
    {
        Thread.Sleep(Afterwards);
        Volatile.Write(ref _board.Command, Step.Leave);
        if (_load.HasSharedRooms && _clients.Select(client => client.ReadLine()).Distinct().Count() > 1)
        {
            throw new RunFailedException("Members of a room in two processes have seen different orders.");
        }
    }

    private void Do(long step)
    {
        Volatile.Write(ref _board.Command, step);
        var began = Stopwatch.GetTimestamp();
        while (Enumerable.Range(0, _load.Clients).Any(client => Volatile.Read(ref _board.Client(client).Done) < step))
        {
            Pass(TimeSpan.FromMilliseconds(20));
            if (Stopwatch.GetElapsedTime(began) > StepTimeout)
            {
                throw new RunFailedException($"A client did not get done within {StepTimeout.TotalSeconds:0} s.");
            }
        }
    }

    /// <summary>Time goes by, unless somebody fails.</summary>
    private void Pass(TimeSpan time)
    {
        var began = Stopwatch.GetTimestamp();
        for (var left = time; left > TimeSpan.Zero; left = time - Stopwatch.GetElapsedTime(began))
        {
            _clients.ForEach(client => client.ThrowIfEnded());
            Thread.Sleep(left < TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100));
        }
    }
}
