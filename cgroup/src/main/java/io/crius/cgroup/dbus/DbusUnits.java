package io.crius.cgroup.dbus;

import io.crius.cgroup.SystemdUnits;
import io.crius.cgroup.dbus.Connection.Call;
import io.crius.model.CriusException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link SystemdUnits} by D-Bus. Thread-safe: each call has a connection of its own. */
public final class DbusUnits implements SystemdUnits {
    private static final String SYSTEMD = "org.freedesktop.systemd1";
    private static final String MANAGER_PATH = "/org/freedesktop/systemd1";
    private static final String MANAGER = "org.freedesktop.systemd1.Manager";
    private static final String BUS = "org.freedesktop.DBus";
    private static final String USUAL_UNIT = "crius.service";
    private static final String NO_SUCH_UNIT = "org.freedesktop.systemd1.NoSuchUnit";
    private static final String UNIT_EXISTS = "org.freedesktop.systemd1.UnitExists";
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final int SIGPIPE = 13;
    private static final Pattern SERVICE = Pattern.compile("(?m)/([^/\n]+\\.service)$");

    private final Path own;
    private final Path bus;
    private final long uid;
    private final String unit;

    /** On the places where systemd and the bus listen. */
    public static DbusUnits onNode() {
        return new DbusUnits(
                Path.of("/run/systemd/private"),
                Path.of("/run/dbus/system_bus_socket"),
                0,
                unit(Path.of("/proc/self/cgroup")));
    }

    /** The service that a process is in by its list of cgroups; the usual one where it is in none. */
    static String unit(Path cgroups) {
        try {
            Matcher service = SERVICE.matcher(Files.readString(cgroups));
            return service.find() ? service.group(1) : USUAL_UNIT;
        } catch (IOException e) {
            throw new CriusException.Failed("the daemon's own cgroups in " + cgroups + ": " + e, e);
        }
    }

    /**
     * @param own systemd's own socket
     * @param bus the system bus, where systemd has no socket of its own
     * @param uid who this process is
     * @param unit that this process runs in
     */
    DbusUnits(Path own, Path bus, long uid, String unit) {
        this.own = own;
        this.bus = bus;
        this.uid = uid;
        this.unit = unit;
    }

    @Override
    public String own() {
        return unit;
    }

    @Override
    public void startScope(String scope, String slice, long pid) {
        talk("start " + scope + " in " + slice + " for process " + pid, connection -> {
            var results = new HashMap<String, String>();
            call(connection, manager("Subscribe", "", new byte[0]), results);
            try {
                Message started = call(connection, startTransient(scope, slice, pid), results);
                awaitJob(connection, started.reader().string(), results);
            } catch (DbusException e) {
                if (!e.name().equals(UNIT_EXISTS)) {
                    throw e;
                }
                throw new IOException("a unit of that name runs already: " + e.getMessage(), e);
            }
        });
    }

    /**
     * Compat: CRI-O's properties. The monitor ignores SIGPIPE, so that a shutdown of the node lets it live until its
     * container has ended, and is stopped before the daemon.
     */
    private Call startTransient(String scope, String slice, long pid) {
        byte[] body = new WireWriter()
                .string(scope)
                .string("replace")
                .array(8, properties -> {
                    property(properties, "PIDs", "au").array(4, pids -> pids.uint32(pid));
                    property(properties, "Slice", "s").string(slice);
                    property(properties, "Delegate", "b").uint32(1);
                    property(properties, "DefaultDependencies", "b").uint32(0);
                    property(properties, "KillSignal", "i").uint32(SIGPIPE);
                    property(properties, "After", "as").array(4, units -> units.string(unit));
                })
                .array(8, _ -> {})
                .bytes();
        return manager("StartTransientUnit", "ssa(sv)a(sa(sv))", body);
    }

    private static WireWriter property(WireWriter out, String name, String type) {
        return out.align(8).string(name).signature(type);
    }

    /** Spec: org.freedesktop.systemd1(5), JobRemoved tells the number, the path, the unit and the result. */
    private static void awaitJob(Connection connection, String job, Map<String, String> results) throws IOException {
        while (!results.containsKey(job)) {
            note(connection.next(), results);
        }
        if (!"done".equals(results.get(job))) {
            throw new IOException("the job ended as \"" + results.get(job) + "\"; journalctl may say why");
        }
    }

    private static void note(Message signal, Map<String, String> results) {
        if (signal.kind() == Message.SIGNAL && signal.field(Message.MEMBER).equals("JobRemoved")) {
            try {
                WireReader body = signal.reader();
                long _ = body.uint32();
                String job = body.string();
                String _ = body.string();
                results.put(job, body.string());
            } catch (IOException e) {
                throw new CriusException.Failed("a JobRemoved of systemd: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void stop(String other) {
        talk("stop " + other, connection -> {
            byte[] body = new WireWriter().string(other).string("replace").bytes();
            try {
                call(connection, manager("StopUnit", "ss", body), new HashMap<>());
            } catch (DbusException e) {
                if (!e.name().equals(NO_SUCH_UNIT)) {
                    throw e;
                }
            }
        });
    }

    private static Message call(Connection connection, Call call, Map<String, String> results) throws IOException {
        return connection.call(call, signal -> note(signal, results));
    }

    private static Call manager(String member, String signature, byte[] body) {
        return new Call(SYSTEMD, MANAGER_PATH, MANAGER, member, signature, body);
    }

    /** What is said on a connection. */
    private interface Conversation {
        void hold(Connection connection) throws IOException;
    }

    private void talk(String what, Conversation conversation) {
        boolean direct = Files.exists(own);
        Path socket = direct ? own : bus;
        try (Connection connection = Connection.open(socket, uid, TIME)) {
            if (!direct) {
                greet(connection);
            }
            conversation.hold(connection);
        } catch (IOException e) {
            throw failure(what, socket, e);
        }
    }

    /** Whatever was going on when the thread was interrupted fails in its own way. */
    private static CriusException failure(String what, Path socket, IOException e) {
        if (Thread.currentThread().isInterrupted()) {
            return new CriusException.Cancelled("systemd: " + what + ": interrupted", e);
        }
        String message = "systemd: " + what + " (by " + socket + "): " + e.getMessage();
        return e instanceof SocketTimeoutException
                ? new CriusException.DeadlineExceeded(message, e)
                : new CriusException.Failed(message, e);
    }

    /** Spec: D-Bus, "Message Bus Specification": a bus wants a greeting, and is told which signals to pass on. */
    private static void greet(Connection connection) throws IOException {
        connection.call(new Call(BUS, "/org/freedesktop/DBus", BUS, "Hello", "", new byte[0]), _ -> {});
        byte[] rule = new WireWriter()
                .string("type='signal',interface='" + MANAGER + "',member='JobRemoved'")
                .bytes();
        connection.call(new Call(BUS, "/org/freedesktop/DBus", BUS, "AddMatch", "s", rule), _ -> {});
    }
}
