package io.crius.daemon.cli.ctl;

import io.crius.daemon.cli.ctl.container.Attach;
import io.crius.daemon.cli.ctl.container.Checkpoint;
import io.crius.daemon.cli.ctl.container.CreateContainer;
import io.crius.daemon.cli.ctl.container.Exec;
import io.crius.daemon.cli.ctl.container.InspectContainers;
import io.crius.daemon.cli.ctl.container.ListContainers;
import io.crius.daemon.cli.ctl.container.Logs;
import io.crius.daemon.cli.ctl.container.RemoveContainers;
import io.crius.daemon.cli.ctl.container.RunContainer;
import io.crius.daemon.cli.ctl.container.StartContainers;
import io.crius.daemon.cli.ctl.container.StopContainers;
import io.crius.daemon.cli.ctl.container.UpdateContainers;
import io.crius.daemon.cli.ctl.image.ImageFileSystems;
import io.crius.daemon.cli.ctl.image.InspectImages;
import io.crius.daemon.cli.ctl.image.ListImages;
import io.crius.daemon.cli.ctl.image.PullImage;
import io.crius.daemon.cli.ctl.image.RemoveImages;
import io.crius.daemon.cli.ctl.line.CommandLine;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.node.Events;
import io.crius.daemon.cli.ctl.node.Explain;
import io.crius.daemon.cli.ctl.node.Metrics;
import io.crius.daemon.cli.ctl.node.PodStats;
import io.crius.daemon.cli.ctl.node.RuntimeConfig;
import io.crius.daemon.cli.ctl.node.RuntimeInfo;
import io.crius.daemon.cli.ctl.node.RuntimeVersion;
import io.crius.daemon.cli.ctl.node.Stats;
import io.crius.daemon.cli.ctl.node.UpdateRuntimeConfig;
import io.crius.daemon.cli.ctl.pod.InspectPods;
import io.crius.daemon.cli.ctl.pod.ListPods;
import io.crius.daemon.cli.ctl.pod.PortForward;
import io.crius.daemon.cli.ctl.pod.RemovePods;
import io.crius.daemon.cli.ctl.pod.RunPod;
import io.crius.daemon.cli.ctl.pod.StopPods;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Failures;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.ctl.session.Settings;
import io.crius.daemon.cli.ctl.session.Streams;
import io.crius.model.CriusException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds the command, runs it, and says in one line what went wrong. */
public final class Ctl {
    private static final int WENT_WRONG = 1;
    private static final int WRONG_USE = 2;

    private static final List<String> NAMES = List.of(
            "pods",
            "runp",
            "stopp",
            "rmp",
            "inspectp",
            "port-forward",
            "statsp",
            "metricsp",
            "metricdescs",
            "ps",
            "create",
            "start",
            "run",
            "stop",
            "rm",
            "inspect",
            "exec",
            "attach",
            "logs",
            "update",
            "checkpoint",
            "stats",
            "events",
            "images",
            "pull",
            "rmi",
            "inspecti",
            "imagefsinfo",
            "info",
            "version",
            "explain",
            "runtime-config",
            "update-runtime-config");

    private final Map<String, String> environment;
    private final Streams streams;
    private final String programVersion;

    public Ctl(String programVersion, Map<String, String> environment, Streams streams) {
        this.programVersion = programVersion;
        this.environment = environment;
        this.streams = streams;
    }

    /**
     * Runs what stands behind {@code crius ctl}.
     *
     * @return the exit status: of {@code exec} that of the command; else 0, 1 when something went wrong, 2 for wrong use
     */
    public int run(List<String> words) throws InterruptedException {
        String name = "";
        try {
            Given global = CommandLine.parse(Settings.FLAGS, true, words);
            if (global.on("version")) {
                streams.out().println("crius version " + programVersion);
                return 0;
            }
            if (global.on("help") || global.arguments().isEmpty()) {
                streams.out().print(help());
                return 0;
            }
            name = global.arguments().getFirst();
            List<String> rest = global.arguments().subList(1, global.arguments().size());
            return name.equals("help") || name.equals("h") ? help(rest) : run(name, rest, global);
        } catch (CriusException.InvalidArgument e) {
            complain(name, e.getMessage());
            return WRONG_USE;
        }
    }

    private int run(String name, List<String> words, Given global) throws InterruptedException {
        CtlCommand command = command(name);
        Usage usage = command.usage();
        List<Flag> flags = new ArrayList<>(usage.flags());
        flags.add(Flag.on("help", 'h', "print this help"));
        Given given = CommandLine.parse(flags, usage.ownFlagsOnly(), words);
        if (given.on("help")) {
            streams.out().print(usage.text());
            return 0;
        }
        Settings settings = Settings.of(global, environment);
        try (var session = new Session(settings, streams)) {
            return run(command, given, session);
        }
    }

    private int run(CtlCommand command, Given given, Session session) throws InterruptedException {
        String name = command.usage().name();
        try {
            return command.run(given, session);
        } catch (StatusRuntimeException e) {
            complain(name, Failures.describe(e, session.settings()));
            trace(session, e);
        } catch (CriusException.InvalidArgument e) {
            throw e;
        } catch (CriusException e) {
            complain(name, e.getMessage());
            trace(session, e);
        } catch (IOException e) {
            complain(name, e.toString());
            trace(session, e);
        }
        return WENT_WRONG;
    }

    private void trace(Session session, Exception e) {
        if (session.settings().debug()) {
            e.printStackTrace(streams.err());
        }
    }

    private void complain(String name, @org.jspecify.annotations.Nullable String what) {
        streams.out().flush();
        streams.err().println("crius ctl" + (name.isEmpty() ? "" : " " + name) + ": " + what);
    }

    private static CtlCommand command(String name) {
        return switch (name) {
            case "pods", "p" -> new ListPods();
            case "runp" -> new RunPod();
            case "port-forward" -> new PortForward();
            case "stopp" -> new StopPods();
            case "rmp" -> new RemovePods();
            case "inspectp" -> new InspectPods();
            case "statsp" -> new PodStats();
            case "metricsp" -> Metrics.ofPods();
            case "metricdescs" -> Metrics.descriptors();
            case "info" -> new RuntimeInfo();
            case "version" -> new RuntimeVersion();
            case "explain" -> new Explain();
            case "events", "event" -> new Events();
            case "stats" -> new Stats();
            case "runtime-config" -> new RuntimeConfig();
            case "update-runtime-config" -> new UpdateRuntimeConfig();
            default -> ofContainersAndImages(name);
        };
    }

    private static CtlCommand ofContainersAndImages(String name) {
        return switch (name) {
            case "ps" -> new ListContainers();
            case "create" -> new CreateContainer();
            case "start" -> new StartContainers();
            case "run" -> new RunContainer();
            case "stop" -> new StopContainers();
            case "rm" -> new RemoveContainers();
            case "inspect" -> new InspectContainers();
            case "exec" -> new Exec();
            case "attach" -> new Attach();
            case "logs" -> new Logs();
            case "update" -> new UpdateContainers();
            case "checkpoint" -> new Checkpoint();
            case "images", "image", "img" -> new ListImages();
            case "pull" -> new PullImage();
            case "rmi" -> new RemoveImages();
            case "inspecti" -> new InspectImages();
            case "imagefsinfo" -> new ImageFileSystems();
            default -> throw new CriusException.InvalidArgument("there is no such command; crius ctl help lists them");
        };
    }

    private int help(List<String> names) {
        streams.out()
                .print(
                        names.isEmpty()
                                ? help()
                                : command(names.getFirst()).usage().text());
        return 0;
    }

    private static String help() {
        var text = new StringBuilder("A client of the CRI in the words of crictl\n\n")
                .append("Usage: crius ctl [flags] COMMAND ...\n\nCommands:\n");
        for (String name : NAMES) {
            text.append("  %-22s %s%n".formatted(name, command(name).usage().summary()));
        }
        text.append("\nFlags before the command:\n");
        return text.append(new Usage("", "", "", true, Settings.FLAGS)
                        .text()
                        .lines()
                        .dropWhile(line -> !line.equals("Flags:"))
                        .skip(1)
                        .reduce("", (all, line) -> all + line + "\n"))
                .append("\ncrius ctl COMMAND --help prints the flags of a command. See docs/ctl.md.\n")
                .toString();
    }
}
