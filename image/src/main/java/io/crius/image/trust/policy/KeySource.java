package io.crius.image.trust.policy;

import io.crius.image.trust.signature.RejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where keys or certificates are; each of them is as good as the others.
 *
 * @param files read at each check, so that a changed key counts at once
 * @param inline base64 out of the policy itself, known to be well-formed
 */
public record KeySource(List<Path> files, List<String> inline) {
    private static final int LARGEST = 4 << 20;

    public KeySource {
        files = List.copyOf(files);
        inline = List.copyOf(inline);
    }

    /** Blocks on the disk. */
    public List<KeyMaterial> read() throws RejectedException {
        List<KeyMaterial> keys = new ArrayList<>();
        for (Path file : files) {
            keys.add(new KeyMaterial(file.toString(), read(file)));
        }
        for (String text : inline) {
            keys.add(new KeyMaterial(
                    "the policy's inline data", Base64.getDecoder().decode(text)));
        }
        return keys;
    }

    private static byte[] read(Path file) throws RejectedException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                throw new RejectedException("key file " + file + " is larger than " + LARGEST + " bytes");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new RejectedException("key file " + file + " does not exist", e);
        } catch (IOException e) {
            throw new RejectedException("key file " + file + ": " + e.getMessage(), e);
        }
    }

    /** The names of the keys for people. */
    @Override
    public String toString() {
        return Stream.concat(files.stream().map(Path::toString), inline.stream().map(_ -> "inline"))
                .collect(Collectors.joining(", "));
    }
}
