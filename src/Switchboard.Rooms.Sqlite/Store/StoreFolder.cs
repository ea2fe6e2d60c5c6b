namespace Switchboard.Rooms.Sqlite;

/// <summary>
/// The folder of a store, held by this process until it is disposed. Two processes would each give out the same sequences, so the second is refused;
/// the system takes the lock from a process that ends, however it ends.
/// </summary>
internal sealed class StoreFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private StoreFolder(string path, FileStream theLock)
    {
        _lock = theLock;
        Database = DatabaseIn(path);
    }

    /// <summary>The file of the database. Beside it SQLite keeps its write-ahead log, which is as much a part of the store.</summary>
    public string Database { get; }

    public static string DatabaseIn(string path) => Path.Combine(path, "switchboard.db");

    /// <exception cref="LogUnavailableException">It cannot be made, or another process has it.</exception>
    public static StoreFolder Open(string directory)
    {
        var path = Path.GetFullPath(directory);
        try
        {
            Create(path);
            var folder = new StoreFolder(path, Hold(path));

            // SQLite gives its other files the permissions of this one.
            CreateFile(folder.Database, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return folder;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new LogUnavailableException($"The store in {path} cannot be opened: {fault.Message}", fault);
        }
    }

    /// <summary>Opens a file to write, and makes it if need be: for nobody but its owner.</summary>
    public static FileStream CreateFile(string path, FileShare share, FileMode mode = FileMode.OpenOrCreate)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    public void Dispose() => _lock.Dispose();

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    // .NET has no type for it: on Windows ERROR_SHARING_VIOLATION, elsewhere the errno of flock, EWOULDBLOCK, of Linux and of BSD.
    private static bool IsHeldByAnother(IOException fault) => fault.HResult is unchecked((int)0x80070020) or 11 or 35;

    private static FileStream Hold(string path)
    {
        try
        {
            return CreateFile(Path.Combine(path, "switchboard.lock"), FileShare.None);
        }
        catch (IOException fault) when (IsHeldByAnother(fault))
        {
            throw new LogUnavailableException(
                $"The store in {path} is in use by another process, or by another log of this one: a store has one server. Stop that one, or choose another folder.", fault);
        }
    }
}
