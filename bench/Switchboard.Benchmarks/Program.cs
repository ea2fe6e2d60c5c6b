// Micro-benchmarks of the protocol core, in memory: dotnet run -c Release --project bench/Switchboard.Benchmarks -- --filter '*' --job short
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Running;

var config = DefaultConfig.Instance.AddDiagnoser(MemoryDiagnoser.Default);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
