package io.crius.runtime.exec;

import io.crius.linux.Descriptors;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.Pipe;
import io.crius.streaming.session.ProcessStreams;
import io.crius.streaming.session.StreamRequest;
import io.crius.streaming.session.StreamRequest.Standard;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Three pipes. The runtime has the same as the command, and says on the third what went wrong before there was one. */
final class PipeEnds implements CommandEnds {
    /** Whoever the command's user is may open its streams again, by {@code /dev/stdin} say; others cannot reach them. */
    private static final int FOR_ANY_USER = 0666;

    private static final int PIECE = 32 << 10;

    private final Descriptors descriptors;
    private final EndFds own = new EndFds();
    private final EndFds theirs = new EndFds();
    private final Map<Integer, Fd> ofRuntime;
    private final Optional<Fd> input;
    private final Fd output;
    private final Fd errors;

    private PipeEnds(Linux linux, StreamRequest request) throws IOException {
        this.descriptors = linux.descriptors();
        try {
            Pipe stdout = pipe(linux);
            Pipe stderr = pipe(linux);
            this.output = own.add(stdout.read());
            this.errors = own.add(stderr.read());
            theirs.add(stdout.write());
            theirs.add(stderr.write());
            if (request.wants(Standard.STDIN)) {
                Pipe stdin = pipe(linux);
                this.input = Optional.of(own.add(stdin.write()));
                this.ofRuntime = Map.of(0, theirs.add(stdin.read()), 1, stdout.write(), 2, stderr.write());
                descriptors.neverWait(stdin.write());
            } else {
                Fd nothing = theirs.add(descriptors.open(Path.of("/dev/null"), Set.of(OpenFlag.RDONLY), 0));
                this.input = Optional.empty();
                this.ofRuntime = Map.of(0, nothing, 1, stdout.write(), 2, stderr.write());
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    static PipeEnds open(Linux linux, StreamRequest request) throws IOException {
        return new PipeEnds(linux, request);
    }

    private static Pipe pipe(Linux linux) throws IOException {
        Pipe pipe = linux.descriptors().pipe();
        try {
            linux.attributes().chmod(pipe.read(), FOR_ANY_USER);
            return pipe;
        } catch (IOException e) {
            pipe.close();
            throw e;
        }
    }

    @Override
    public Map<Integer, Fd> ofRuntime() {
        return ofRuntime;
    }

    @Override
    public List<String> arguments() {
        return List.of();
    }

    @Override
    public void spawned() {
        theirs.close();
    }

    @Override
    public Optional<Fd> arriving() {
        return Optional.empty();
    }

    @Override
    public void take(ProcessStreams streams) {}

    /** Runtimes say what went wrong on the standard error. */
    @Override
    public List<Outlet> ofCommandAlone(ProcessStreams streams) {
        return List.of(new Outlet(output, streams.stdout()));
    }

    @Override
    public List<Outlet> outlets(ProcessStreams streams) {
        return List.of(new Outlet(output, streams.stdout()), new Outlet(errors, streams.stderr()));
    }

    @Override
    public OutputStream input() {
        return input.map(pipe -> descriptors.flowingOutput(pipe, PIECE)).orElseGet(OutputStream::nullOutputStream);
    }

    @Override
    public void inputEnded() {
        input.ifPresent(Fd::close);
    }

    @Override
    public String runtimeErrors() throws IOException {
        return EndFds.text(descriptors, errors);
    }

    @Override
    public void close() {
        theirs.close();
        own.close();
    }
}
