package io.crius.image.registry;

import io.crius.model.CriusException;
import io.crius.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where the bytes of one blob come from, from any place in it on. One thread at a time. */
final class BlobSource {
    private final RegistryClient client;
    private final Descriptor blob;
    private final String doing;
    private Optional<URI> place = Optional.empty();

    BlobSource(RegistryClient client, Descriptor blob) {
        this.client = client;
        this.blob = blob;
        this.doing =
                "fetching blob " + blob.digest() + " of " + client.repository().repository();
    }

    /** Names the operation in errors. */
    String doing() {
        return doing;
    }

    /**
     * The rest of the blob from there. Compat: places named by a foreign layer come first and see no credentials; the one
     * that served the beginning serves the rest.
     */
    Answer from(long offset) throws IOException {
        List<Request.Header> range =
                offset == 0 ? List.of() : List.of(new Request.Header("Range", "bytes=" + offset + "-"));
        if (place.isPresent()) {
            return accepted(foreign(place.get(), range), offset);
        }
        return offset == 0 ? begun() : accepted(fromRegistry(range), offset);
    }

    private Answer begun() throws IOException {
        for (URI one : client.foreignPlaces(blob)) {
            Optional<Answer> answer = tried(one);
            if (answer.isPresent()) {
                place = Optional.of(one);
                return answer.get();
            }
        }
        return accepted(fromRegistry(List.of()), 0);
    }

    private Optional<Answer> tried(URI one) throws IOException {
        try {
            Answer answer = foreign(one, List.of());
            if (answer.status() == 200) {
                return Optional.of(answer);
            }
            answer.close();
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
        }
        return Optional.empty();
    }

    private Answer foreign(URI one, List<Request.Header> range) throws IOException {
        return client.transport()
                .send(Request.get(one, range)
                        .withDowngrade(Request.Downgrade.ALLOWED)
                        .withWeight(Request.Weight.HEAVY));
    }

    void pause(Duration time) throws IOException {
        client.transport().pause(time);
    }

    CriusException failure(IOException cause) {
        return RegistryFailure.of(doing, place.orElseGet(client::base), cause);
    }

    private Answer fromRegistry(List<Request.Header> headers) throws IOException {
        return client.blob(blob.digest(), headers);
    }

    private Answer accepted(Answer answer, long offset) throws IOException {
        try {
            if (answer.status() == 206 && offset > 0) {
                requireRange(answer, offset);
                return answer;
            }
            if (answer.status() == 200) {
                skip(answer.body(), offset);
                return answer;
            }
            throw RegistryFailure.of(doing, answer);
        } catch (IOException | RuntimeException e) {
            answer.abandon();
            throw e;
        }
    }

    /** A registry that does not know ranges sends all again. */
    private static void skip(InputStream body, long offset) throws IOException {
        body.skipNBytes(offset);
    }

    private void requireRange(Answer answer, long offset) {
        String range = answer.header("Content-Range").orElse("");
        if (!range.startsWith("bytes " + offset + "-")) {
            throw new CriusException.DataLoss(
                    doing + ": asked for the bytes from " + offset + " on, the registry sent \"" + range + "\"");
        }
    }
}
