package io.crius.daemon.cli.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;

/** An open log file that is read line by line while somebody writes it. For one thread. */
final class LogFile implements AutoCloseable {
    private static final int BLOCK = 64 * 1024;

    private final Path path;
    private final FileChannel channel;
    private final Object identity;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK).flip();
    private byte[] line = new byte[1024];
    private int length;

    private LogFile(Path path, FileChannel channel, Object identity) {
        this.path = path;
        this.channel = channel;
        this.identity = identity;
    }

    static LogFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path);
        return new LogFile(path, channel, identity(path));
    }

    private static Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** Goes to where so many lines are left. A last line that is not finished counts as one. */
    void skipToTail(long lines) throws IOException {
        long at = channel.size();
        ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
        long ends = 0;
        for (long from = Math.max(0, at - BLOCK); at > 0; from = Math.max(0, at - BLOCK)) {
            buffer.clear().limit((int) (at - from));
            channel.read(buffer, from);
            for (int i = buffer.position() - 1; i >= 0; i--) {
                boolean last = from + i + 1 == channel.size();
                if (buffer.get(i) == '\n' && !last && ++ends == lines) {
                    channel.position(from + i + 1);
                    return;
                }
            }
            at = from;
        }
        channel.position(lines == 0 ? channel.size() : 0);
    }

    /** The next whole line without its end; empty when there is none yet. The array is the reader's until the next call. */
    Optional<byte[]> next() throws IOException {
        while (true) {
            while (block.hasRemaining()) {
                byte one = block.get();
                if (one == '\n') {
                    byte[] whole = Arrays.copyOf(line, length);
                    length = 0;
                    return Optional.of(whole);
                }
                append(one);
            }
            block.clear();
            int read = channel.read(block);
            block.flip();
            if (read <= 0) {
                return Optional.empty();
            }
        }
    }

    private void append(byte one) {
        if (length == line.length) {
            line = Arrays.copyOf(line, 2 * length);
        }
        line[length++] = one;
    }

    /** Whether another file has taken the name, so that no more will be written here. */
    boolean isRotated() throws IOException {
        try {
            return !identity(path).equals(identity);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
