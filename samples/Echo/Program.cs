Console.WriteLine("Echo");
