package io.crius.daemon.cli.ctl.session;

import com.google.protobuf.MessageLite;
import io.crius.client.ClientOptions;
import io.crius.client.CriClient;
import io.crius.cri.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import io.crius.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.crius.daemon.cli.text.YamlCodec;
import io.crius.daemon.cli.wire.Messages;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The connections and streams of one command. It connects at the first call. For one thread; closing it hangs up. */
public final class Session implements AutoCloseable {
    /** What kubelet grants the making of a pod: two minutes, twice. */
    private static final Duration LONG = Duration.ofMinutes(4);

    private static final Duration NO_LIMIT = Duration.ofDays(365);

    private final Settings settings;
    private final Streams streams;
    private @Nullable CriClient runtime;
    private @Nullable CriClient image;
    private @Nullable Messages messages;

    public Session(Settings settings, Streams streams) {
        this.settings = settings;
        this.streams = streams;
    }

    public Settings settings() {
        return settings;
    }

    public Streams streams() {
        return streams;
    }

    /** The client of the runtime, for what takes time. */
    public CriClient client() {
        CriClient client = runtime;
        if (client == null) {
            client = CriClient.connect(
                    settings.runtime(), ClientOptions.defaults().withCallTimeout(LONG));
            runtime = client;
        }
        return client;
    }

    private CriClient imageClient() {
        if (settings.image().equals(settings.runtime())) {
            return client();
        }
        CriClient client = image;
        if (client == null) {
            client =
                    CriClient.connect(settings.image(), ClientOptions.defaults().withCallTimeout(LONG));
            image = client;
        }
        return client;
    }

    /** The runtime, for a call that only reads. */
    public RuntimeServiceBlockingStub reads() {
        return client().runtime(settings.timeout());
    }

    /** The runtime, for a call that changes something. */
    public RuntimeServiceBlockingStub acts() {
        return acts(LONG);
    }

    public RuntimeServiceBlockingStub acts(Duration limit) {
        return client().runtime(limit);
    }

    /** The runtime, for a call that ends when the person ends it. */
    public RuntimeServiceBlockingStub watches() {
        return client().runtime(NO_LIMIT);
    }

    /** The image service, for a call that only reads. */
    public ImageServiceBlockingStub imageReads() {
        return imageClient().imageService(settings.timeout());
    }

    public ImageServiceBlockingStub imageActs(Duration limit) {
        return imageClient().imageService(limit.isZero() ? NO_LIMIT : limit);
    }

    /** Messages as JSON; made at the first use. */
    public Messages messages() {
        Messages known = messages;
        if (known == null) {
            known = new Messages();
            messages = known;
        }
        return known;
    }

    /** One line on stdout. */
    public void say(String line) {
        streams.out().println(line);
    }

    /** One line on stderr. */
    public void warn(String line) {
        streams.err().println(line);
    }

    /** A message in a format that is not a table. */
    public void print(MessageLite message, Format format) {
        print(messages().toJson(message), format);
    }

    /** A document in a format that is not a table. */
    public void print(JsonValue document, Format format) {
        switch (format) {
            case JSON -> say(Json.writePretty(document));
            case YAML -> streams.out().print(YamlCodec.write(document));
            case TABLE -> throw new IllegalArgumentException("a document is no table");
        }
        streams.out().flush();
    }

    @Override
    public void close() {
        if (runtime != null) {
            runtime.close();
        }
        if (image != null) {
            image.close();
        }
    }
}
