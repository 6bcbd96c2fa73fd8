package io.crius.storage.tarsplit;

import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Fd;
import io.crius.linux.Linux;
import io.crius.linux.OpenFlag;
import io.crius.linux.RawNames;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The tar stream that a layer came as, made again from its tree. Every file is checked against its checksum: reading on
 * after one that differs fails. One thread.
 */
public final class AssembledTar extends InputStream {
    private static final int CHUNK = 64 << 10;
    private static final int SEGMENT = 2;
    private static final Set<OpenFlag> FOLDER = Set.of(OpenFlag.RDONLY, OpenFlag.DIRECTORY);
    private static final Set<OpenFlag> FILE = Set.of(OpenFlag.RDONLY, OpenFlag.NOFOLLOW);

    private record Member(String name, long size, long checksum) {}

    private final BufferedReader lines;
    private final List<Path> trees;
    private final Linux linux;
    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private @Nullable Member member;
    private @Nullable Fd file;
    private Crc64 crc = new Crc64();
    private long left;

    private AssembledTar(BufferedReader lines, List<Path> trees, Linux linux) {
        this.lines = lines;
        this.trees = trees;
        this.linux = linux;
    }

    /**
     * @param split the layer's tar-split file
     * @param trees where its files are looked for, in this order
     * @throws java.nio.file.NoSuchFileException there is no such tar-split file
     */
    public static AssembledTar open(Path split, List<Path> trees, Linux linux) throws IOException {
        InputStream in = Files.newInputStream(split);
        try {
            var text = new InputStreamReader(new GZIPInputStream(in, CHUNK), StandardCharsets.UTF_8);
            return new AssembledTar(new BufferedReader(text, CHUNK), List.copyOf(trees), linux);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (at == end) {
            if (!refill()) {
                return -1;
            }
        }
        int count = Math.min(length, end - at);
        System.arraycopy(bytes, at, target, offset, count);
        at += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
        lines.close();
    }

    /** Gets the next bytes, be it none; false at the end. */
    private boolean refill() throws IOException {
        if (member != null) {
            refill(member);
            return true;
        }
        String line = lines.readLine();
        if (line == null) {
            return false;
        }
        JsonObject entry = Json.parseObject(line, "tar-split entry");
        byte[] payload =
                entry.string("payload").map(Base64.getDecoder()::decode).orElse(new byte[0]);
        if (entry.requireInteger("type", "tar-split entry") == SEGMENT) {
            show(payload, payload.length);
            return true;
        }
        long size = entry.integer("size").orElse(0);
        if (size > 0) {
            begin(new Member(name(entry), size, Crc64.parse(payload)));
        }
        return true;
    }

    private static String name(JsonObject entry) {
        Optional<String> raw = entry.string("name_raw");
        return raw.isPresent()
                ? RawNames.decode(Base64.getDecoder().decode(raw.get()))
                : entry.requireString("name", "tar-split entry");
    }

    private void show(byte[] shown, int length) {
        bytes = shown;
        at = 0;
        end = length;
    }

    private void begin(Member next) throws IOException {
        file = find(next.name);
        member = next;
        crc = new Crc64();
        left = next.size;
    }

    private Fd find(String name) throws IOException {
        for (Path tree : trees) {
            try (Fd root = linux.descriptors().open(tree, FOLDER, 0)) {
                return linux.descriptors().openBeneath(root, name, FILE, 0);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
                    throw e;
                }
            }
        }
        throw new IOException("\"" + name + "\" of the layer is missing");
    }

    private void refill(Member current) throws IOException {
        Fd open = Objects.requireNonNull(file, "open while there is a member");
        if (left == 0) {
            open.close();
            file = null;
            member = null;
            if (crc.value() != current.checksum) {
                throw new IOException("\"" + current.name + "\" of the layer has been changed");
            }
            return;
        }
        byte[] chunk = bytes.length == CHUNK ? bytes : new byte[CHUNK];
        int count = linux.descriptors().read(open, chunk, 0, (int) Math.min(CHUNK, left));
        if (count == 0) {
            throw new IOException("\"" + current.name + "\" of the layer has become shorter");
        }
        crc.update(chunk, 0, count);
        left -= count;
        show(chunk, count);
    }
}
