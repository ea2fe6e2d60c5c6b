namespace Switchboard.LoadTest.Modes;

internal static class ComparisonTable
{
    private const double TolerableWait = 0.05;

    public static void Print(Comparison comparison)
    {
        var width = Math.Max(8, comparison.Contenders.Max(contender => contender.Command.Name.Length));
        Console.WriteLine($"echo {comparison.Path}, {comparison.Load}");
        Console.WriteLine(
            $"medians of {comparison.Rounds} rounds; servers on CPU {comparison.ServerCpu}, generator on CPU {comparison.GeneratorCpu}; "
            + "us = server CPU per message");
        Console.WriteLine();
        Console.WriteLine(
            $"{"server".PadRight(width)}        us     min     max  messages/s    p50 ms    p99 ms  p99.9 ms"
            + $"   us against {comparison.Baseline.Command.Name} (min-max)");
        foreach (var contender in comparison.Contenders)
        {
            Console.WriteLine($"{contender.Command.Name.PadRight(width)}  {Row(contender)}   {Ratio(contender, comparison.Baseline)}");
        }

        foreach (var contender in comparison.Contenders)
        {
            PrintDoubts(contender);
        }
    }

    private static string Row(Contender contender)
    {
        var cpu = contender.ServerMicroseconds;
        return $"{cpu.Median,8:0.000}{cpu.Min,8:0.000}{cpu.Max,8:0.000}"
            + $"{contender.MedianOf(round => round.MessagesPerSecond),12:N0}"
            + $"{contender.MedianOf(round => round.Latency.P50.TotalMilliseconds),10:0.000}"
            + $"{contender.MedianOf(round => round.Latency.P99.TotalMilliseconds),10:0.000}"
            + $"{contender.MedianOf(round => round.Latency.P999.TotalMilliseconds),10:0.000}";
    }

    private static string Ratio(Contender contender, Contender baseline)
    {
        if (contender == baseline)
        {
            return "1";
        }

        var ratio = contender.RatioTo(baseline);
        return $"{ratio.Median:0.000} ({ratio.Min:0.000}-{ratio.Max:0.000})";
    }

    private static void PrintDoubts(Contender contender)
    {
        if (contender.MedianOf(round => round.Cpu.GeneratorWaitShare) is > TolerableWait and var waited)
        {
            Console.WriteLine(
                $"{contender.Command.Name}: something else had the generator's CPU for {waited:0%} of the time; measure again in peace.");
        }

        if (contender.Rounds.Count(round => round.Cpu.IsGeneratorBound) is > 0 and var bound)
        {
            Console.WriteLine(
                $"{contender.Command.Name}: the generator was the bottleneck in {bound} of {contender.Rounds.Count} rounds; "
                + "messages/s and round trips are its own there.");
        }
    }
}
