package io.crius.bench;

import io.crius.acceptance.image.LoopbackRegistry;
import io.crius.acceptance.image.TestImages;
import io.crius.acceptance.process.Command;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command: measures, prints a table and its Markdown, cleans up. */
public final class Main {
    private Main() {}

    /** Exit code 0 when all was measured, 1 when something went wrong, 2 when the command line is wrong. */
    public static void main(String[] args) throws Exception {
        Options options;
        try {
            options = Options.parse(args, defaultLauncher());
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            System.err.print(Options.USAGE);
            System.exit(2);
            return;
        }
        Interruption interruption = Interruption.watch();
        int status = 0;
        try {
            measure(options);
        } catch (InterruptedException _) {
            System.err.println("bench: interrupted");
            status = 1;
        } catch (Exception | AssertionError e) {
            System.err.println("bench: " + e);
            status = 1;
        }
        interruption.exit(status);
    }

    /** The launcher of the daemon of the source tree that this program was built in. */
    private static Path defaultLauncher() throws URISyntaxException {
        Path self = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return self.resolve("../../../daemon/target/crius/bin/crius").normalize();
    }

    private static void measure(Options options) throws Exception {
        Path folder = Files.createTempDirectory("crius-bench-");
        try (LoopbackRegistry registry = LoopbackRegistry.start(folder.resolve("registry"))) {
            System.err.println("==> images");
            TestImages images = TestImages.fillWithBusybox(registry, folder);
            String big = BigImage.push(registry, folder, options.plan().imageMegabytes());
            switch (options.scope()) {
                case PODS -> measure(options, images, big);
                case PULLS -> measurePulls(options, images, folder, big);
            }
        } finally {
            Command.run("rm", "-rf", folder.toString());
        }
    }

    private static void measure(Options options, TestImages images, String bigImage) throws Exception {
        List<Contestant> contestants = new ArrayList<>();
        try {
            for (String name : options.contestants()) {
                start(name, options, images).ifPresent(contestants::add);
            }
            new Bench(options.plan(), contestants, images).run(bigImage);
        } finally {
            if (!contestants.isEmpty()) {
                report(options, new Report(columns(contestants)));
            }
            closeAll(contestants);
        }
    }

    private static void measurePulls(Options options, TestImages images, Path folder, String bigImage)
            throws Exception {
        List<Contestant> servers = new ArrayList<>();
        List<Puller> tools = new ArrayList<>();
        try {
            for (String name : options.contestants()) {
                start(name, options, images).ifPresent(servers::add);
            }
            for (ToolPuller.Tool tool : ToolPuller.Tool.values()) {
                tools.add(ToolPuller.in(tool, folder.resolve(tool.name())));
            }
            var bench = new PullBench(options.plan(), servers, tools);
            bench.run(images.registry(), folder, bigImage);
            List<Report.Column> columns = bench.pullers().stream()
                    .map(puller -> new Report.Column(puller.name(), puller.results()))
                    .toList();
            report(options, new Report(columns));
        } finally {
            for (Puller tool : tools) {
                tool.close();
            }
            closeAll(servers);
        }
    }

    private static List<Report.Column> columns(List<Contestant> contestants) {
        return contestants.stream()
                .map(each -> new Report.Column(each.name(), each.results()))
                .toList();
    }

    /** Kernel: Debian's crun refuses some layouts of cgroups; the servers with runc are measured then. */
    private static Optional<Contestant> start(String name, Options options, TestImages images) throws Exception {
        try {
            return Optional.of(Contestant.start(name, options.launcher(), images.name("pause")));
        } catch (IOException | AssertionError e) {
            if (!name.endsWith("-crun")) {
                throw e;
            }
            System.err.println("bench: " + name + " is left out: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static void report(Options options, Report report) throws Exception {
        System.out.println(report.text());
        System.out.println(report.markdown());
        if (options.markdown().isPresent()) {
            Files.writeString(options.markdown().get(), report.markdown());
        }
    }

    /** Closes all, whatever the first one says. */
    private static void closeAll(List<Contestant> contestants) throws Exception {
        // An interrupt has done its work when this is reached, and would end each call of the clean-up.
        boolean _ = Thread.interrupted();
        AssertionError problems = new AssertionError("not all servers left their node clean");
        for (Contestant contestant : contestants) {
            try {
                contestant.close();
            } catch (Exception | AssertionError e) {
                System.err.println(e.getMessage());
                problems.addSuppressed(e);
            }
        }
        if (problems.getSuppressed().length > 0) {
            throw problems;
        }
    }
}
