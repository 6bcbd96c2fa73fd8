package io.crius.runtime.exec;

import io.crius.linux.Descriptors;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.Pipe;
import io.crius.linux.Terminals;
import io.crius.model.CriusException;
import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.TerminalSize;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A terminal, which the runtime makes in the container and sends over a socket before it ends: so no process stands between the
 * person and the command. Sizes come on other threads: the monitor is held while one is set.
 */
final class TerminalEnds implements CommandEnds {
    private static final System.Logger LOG = System.getLogger(TerminalEnds.class.getName());
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.PATH, OpenFlag.DIRECTORY);

    /** Kernel: n_tty(4) holds lines of this length. */
    private static final int PIECE = 4 << 10;

    private final Linux linux;
    private final Descriptors descriptors;
    private final String socketName;
    private final EndFds own = new EndFds();
    private final EndFds theirs = new EndFds();
    private final Fd folder;
    private final Fd listener;
    private final Fd errors;
    private final Map<Integer, Fd> ofRuntime;
    private @Nullable Fd arriving;
    private @Nullable Fd master;

    private TerminalEnds(Linux linux, Path socket) throws IOException {
        this.linux = linux;
        this.descriptors = linux.descriptors();
        this.socketName = socket.getFileName().toString();
        try {
            this.folder = own.add(descriptors.open(socket.resolveSibling(""), FOLDER, 0));
            this.listener = own.add(linux.terminals().listen(folder, socketName));
            this.arriving = listener;
            Pipe stderr = descriptors.pipe();
            this.errors = own.add(stderr.read());
            theirs.add(stderr.write());
            Fd nothing = theirs.add(descriptors.open(Path.of("/dev/null"), Set.of(OpenFlag.RDWR), 0));
            this.ofRuntime = Map.of(0, nothing, 1, nothing, 2, stderr.write());
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    static TerminalEnds open(Linux linux, Path socket) throws IOException {
        return new TerminalEnds(linux, socket);
    }

    @Override
    public Map<Integer, Fd> ofRuntime() {
        return ofRuntime;
    }

    @Override
    public List<String> arguments() {
        return List.of(
                "--console-socket", Terminals.shortPath(folder, socketName).toString());
    }

    @Override
    public void spawned() {
        theirs.close();
    }

    @Override
    public Optional<Fd> arriving() {
        return Optional.ofNullable(arriving);
    }

    /** First somebody comes, then the terminal. */
    @Override
    public void take(ProcessStreams streams) throws IOException {
        if (listener.equals(arriving)) {
            arriving = own.add(linux.terminals().accept(listener));
        } else if (arriving != null) {
            Optional<Fd> received = linux.terminals().receive(arriving);
            arriving = null;
            received.ifPresent(terminal -> begin(terminal, streams));
        }
    }

    private void begin(Fd received, ProcessStreams streams) {
        synchronized (this) {
            master = own.add(received);
        }
        streams.onResize(this::resize);
    }

    private synchronized void resize(TerminalSize size) {
        if (master != null) {
            try {
                linux.terminals().resize(master, size.width(), size.height());
            } catch (ErrnoException e) {
                LOG.log(Level.DEBUG, () -> "a terminal's new size: " + e.getMessage());
            }
        }
    }

    private synchronized Fd master() {
        if (master == null) {
            throw new CriusException.Failed("the runtime sent no terminal");
        }
        return master;
    }

    @Override
    public synchronized List<Outlet> ofCommandAlone(ProcessStreams streams) {
        return master == null ? List.of() : List.of(new Outlet(master, streams.stdout()));
    }

    @Override
    public List<Outlet> outlets(ProcessStreams streams) {
        return List.of(new Outlet(master(), streams.stdout()));
    }

    @Override
    public OutputStream input() {
        return descriptors.flowingOutput(master(), PIECE);
    }

    /** Compat: nothing is sent to a terminal whose person has no more to type. */
    @Override
    public void inputEnded() {}

    /** Compat: what crun says after it made the terminal, of a missing command for one, it says on the terminal. */
    @Override
    public synchronized String runtimeErrors() throws IOException {
        String said = EndFds.text(descriptors, errors);
        return master == null ? said : said + EndFds.text(descriptors, master);
    }

    @Override
    public synchronized void close() {
        master = null;
        theirs.close();
        own.close();
    }
}
