using System.Globalization;

namespace Switchboard.LoadTest.Measure;

/// <summary>A process's resident memory in kilobytes: all of it, the part that belongs to no file, and the most there ever was.</summary>
internal readonly record struct ProcessMemory(long Resident, long Anonymous, long Peak)
{
    public static ProcessMemory Of(int pid)
    {
        try
        {
            var lines = File.ReadAllLines($"/proc/{pid}/status");
            return new ProcessMemory(Field(lines, "VmRSS:"), Field(lines, "RssAnon:"), Field(lines, "VmHWM:"));
        }
        catch (IOException)
        {
            throw new RunFailedException($"There is no process {pid}.");
        }
    }

    private static long Field(string[] lines, string name)
    {
        var line = lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))
            ?? throw new RunFailedException($"The measured process has ended ({name} is gone).");
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
