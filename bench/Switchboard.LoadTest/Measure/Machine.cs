using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Switchboard.LoadTest.Measure;

/// <summary>Where figures come from: without it they are worth nothing a month later.</summary>
internal sealed record Machine(string Cpu, int Cpus, string Kernel, string Runtime, string? Commit)
{
    public static Machine Describe(int cpus) =>
        new(CpuModel(), cpus, KernelRelease(), RuntimeInformation.FrameworkDescription, GitCommit());

    private static string KernelRelease() => $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}";

    private static string CpuModel()
    {
        var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string? GitCommit()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["describe", "--always", "--dirty", "--exclude=*"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            var commit = git?.StandardOutput.ReadToEnd().Trim();
            return string.IsNullOrEmpty(commit) ? null : commit;
        }
        catch (Win32Exception)
        {
            return null; // no git here
        }
    }
}
