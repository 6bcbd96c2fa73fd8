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

    /** The whole blob. Compat: places named by a foreign layer come first and see no credentials. */
    Answer begin() {
        for (URI place : client.foreignPlaces(blob)) {
            Optional<Answer> answer = foreign(place);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        return accepted(fromRegistry(List.of()), 0);
    }

    private Optional<Answer> foreign(URI place) {
        try {
            Answer answer = client.transport().send(Request.get(place).withDowngrade(Request.Downgrade.ALLOWED));
            if (answer.status() == 200) {
                return Optional.of(answer);
            }
            answer.close();
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw RegistryFailure.of(doing, place, e);
            }
        }
        return Optional.empty();
    }

    /** The rest of the blob from there, after a connection broke. */
    Answer resume(long offset) {
        return accepted(fromRegistry(List.of(new Request.Header("Range", "bytes=" + offset + "-"))), offset);
    }

    void pause(Duration time) throws IOException {
        client.transport().pause(time);
    }

    CriusException failure(IOException cause) {
        return RegistryFailure.of(doing, client.base(), cause);
    }

    private Answer fromRegistry(List<Request.Header> headers) {
        return client.get(doing, "blobs/" + blob.digest(), headers, List.of());
    }

    private Answer accepted(Answer answer, long offset) {
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
        } catch (IOException e) {
            answer.abandon();
            throw failure(e);
        } catch (RuntimeException e) {
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
