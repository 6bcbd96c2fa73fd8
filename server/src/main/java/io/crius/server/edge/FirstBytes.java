package io.crius.server.edge;

import io.crius.server.inspect.Answer;
import io.crius.server.inspect.Inspection;
import io.crius.server.inspect.Query;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Tells the two protocols of the CRI socket apart by the first bytes of a connection: gRPC begins with "PRI", anything else is a
 * question over HTTP/1, which is answered and ends the connection. Compat: CRI-O's socket speaks both.
 *
 * <p>What gRPC says before the caller has said anything is held back until then. On the connection's I/O thread;
 * questions are answered on threads of the executor.
 */
final class FirstBytes extends ChannelDuplexHandler {
    private static final byte[] GRPC = "PRI".getBytes(StandardCharsets.US_ASCII);
    private static final int LARGEST_QUESTION = 8 * 1024;
    private static final String END_OF_QUESTION = "\r\n\r\n";

    /** Compat: CRI-O's read timeout. */
    private static final long QUESTION_SECONDS = 5;

    private record Held(Object message, ChannelPromise promise) {}

    private final Inspection inspection;
    private final Executor executor;
    private final List<Held> held = new ArrayList<>();
    private final ByteBuf seen = Unpooled.buffer();
    private boolean question;

    FirstBytes(Inspection inspection, Executor executor) {
        this.inspection = inspection;
        this.executor = executor;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (question) {
            ReferenceCountUtil.release(message);
            var _ = promise.trySuccess();
        } else {
            held.add(new Held(message, promise));
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        // What is held back is sent when it is known to whom.
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        seen.writeBytes(bytes);
        bytes.release();
        if (question) {
            readQuestion(context);
        } else if (seen.readableBytes() >= GRPC.length) {
            decide(context);
        }
    }

    private void decide(ChannelHandlerContext context) {
        for (int i = 0; i < GRPC.length; i++) {
            if (seen.getByte(i) != GRPC[i]) {
                question = true;
                drop();
                var _ = context.executor().schedule(() -> endIfSilent(context), QUESTION_SECONDS, TimeUnit.SECONDS);
                readQuestion(context);
                return;
            }
        }
        handOver(context);
    }

    private void handOver(ChannelHandlerContext context) {
        for (Held one : held) {
            var _ = context.write(one.message(), one.promise());
        }
        held.clear();
        context.flush();
        context.fireChannelRead(seen.retain());
        context.pipeline().remove(this);
    }

    private void drop() {
        held.forEach(one -> {
            ReferenceCountUtil.release(one.message());
            var _ = one.promise().trySuccess();
        });
        held.clear();
    }

    private void endIfSilent(ChannelHandlerContext context) {
        if (seen.isReadable()) {
            var _ = context.close();
        }
    }

    private void readQuestion(ChannelHandlerContext context) {
        String text = seen.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf(END_OF_QUESTION);
        if (end >= 0) {
            seen.clear();
            String head = text.substring(0, end);
            executor.execute(() -> send(context, answer(head)));
        } else if (seen.readableBytes() > LARGEST_QUESTION) {
            seen.clear();
            send(context, Answer.error(431, "a question has at most " + LARGEST_QUESTION + " bytes"));
        }
    }

    private Answer answer(String head) {
        String[] words = head.lines().findFirst().orElse("").split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            return Answer.error(400, "neither gRPC nor HTTP/1");
        }
        if (!words[0].equals("GET")) {
            return Answer.error(405, "only GET is answered");
        }
        try {
            String path = words[1].split("\\?", 2)[0];
            boolean json = head.toLowerCase(Locale.ROOT).contains("\naccept: application/json");
            return inspection.answer(
                    new Query(URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8), json));
        } catch (IllegalArgumentException e) {
            return Answer.error(400, "the path is not well-formed: " + e.getMessage());
        }
    }

    /**
     * Past this handler's own {@link #write}, which is for gRPC. So is a close of the channel: gRPC would first wait ten
     * seconds for the answer to an HTTP/2 ping.
     */
    private static void send(ChannelHandlerContext context, Answer answer) {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + answer.status() + (answer.status() == 200 ? " OK" : " Error") + "\r\nContent-Type: "
                + answer.contentType() + "\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n";
        ByteBuf all = Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), body);
        var _ = context.writeAndFlush(all).addListener(_ -> end(context));
    }

    private static void end(ChannelHandlerContext context) {
        var _ = context.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        drop();
        seen.release();
    }
}
