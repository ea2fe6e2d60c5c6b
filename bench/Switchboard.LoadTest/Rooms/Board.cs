using System.IO.MemoryMappedFiles;

namespace Switchboard.LoadTest.Rooms;

/// <summary>
/// Memory that all processes of a run share: what is to be done, how far everybody is, and counts that can be read at one moment. Each
/// number has one writer, and each writer its own cache lines.
/// </summary>
internal sealed unsafe class Board : IDisposable
{
    private const int Line = 16; // longs: two cache lines, which processors fetch together

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly RoomsLoad _load;
    private readonly string? _path;
    private readonly long* _numbers;

    private Board(RoomsLoad load, MemoryMappedFile file, string? path)
    {
        _load = load;
        _file = file;
        _path = path;
        _view = file.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _numbers = (long*)start;
    }

    /// <summary>How far the script may go; see <see cref="Step"/>.</summary>
    public ref long Command => ref _numbers[0];

    /// <summary>When the load's first message is due.</summary>
    public ref long LoadStart => ref _numbers[1];

    /// <summary>Messages published from here on are measured...</summary>
    public ref long WindowStart => ref _numbers[2];

    /// <summary>...until here.</summary>
    public ref long WindowEnd => ref _numbers[3];

    public static Board Create(RoomsLoad load)
    {
        var folder = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var path = Path.Combine(folder, $"switchboard-rooms-{Environment.ProcessId}-{Guid.NewGuid():N}");
        var board = new Board(load, MemoryMappedFile.CreateFromFile(path, FileMode.CreateNew, mapName: null, Length(load) * sizeof(long)), path);
        board.WindowStart = long.MaxValue;
        return board;
    }

    public static Board Open(RoomsLoad load, string path) => new(load, MemoryMappedFile.CreateFromFile(path, FileMode.Open), path: null);

    /// <summary>Where another process finds it.</summary>
    public override string ToString() => _path!;

    public ClientCounts Client(int client) => new(_numbers + (Line * (1 + client)));

    /// <summary>Of a room that has members in every process.</summary>
    public RoomProgress Room(int room, int client)
    {
        var rooms = _numbers + (Line * (1 + _load.Clients));
        return new RoomProgress(rooms + (room * RoomLength(_load)), ProgressLength(_load), _load.RingLength, _load.Clients, client);
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }

    private static long Length(RoomsLoad load) =>
        (Line * (1 + load.Clients)) + (load.HasSharedRooms ? load.Rooms * RoomLength(load) : 0);

    private static long RoomLength(RoomsLoad load) => load.Clients * ProgressLength(load);

    private static long ProgressLength(RoomsLoad load) => Line + load.RingLength;
}
