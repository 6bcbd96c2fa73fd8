package io.crius.server.edge;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import com.google.protobuf.MessageLite;
import io.crius.model.Answer;
import io.crius.model.Deadline;
import io.crius.model.RequestId;
import io.crius.model.Timeline;
import io.crius.server.explain.Requests;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What every call has in common: a request id, the caller's deadline, interruption when the caller goes away, one
 * answer or one error, and a line in the log for errors.
 *
 * <p>Thread-safe.
 */
final class Calls {
    private static final System.Logger LOG = System.getLogger(Calls.class.getName());

    /** Compat: CRI-O's chunk, which keeps a message under kubelet's limit. */
    private static final int LARGEST_CHUNK = 3000;

    /** A use case as the edge sees it. */
    @FunctionalInterface
    interface Handler<R> {
        R handle() throws Exception;
    }

    private final Requests requests;

    Calls(Requests requests) {
        this.requests = requests;
    }

    <R> void answer(String rpc, StreamObserver<R> out, Handler<R> handler) {
        answerAll(rpc, out, () -> List.of(handler.handle()));
    }

    private <R> void answerAll(String rpc, StreamObserver<R> out, Handler<List<R>> handler) {
        var answer = new Answer();
        if (out instanceof ServerCallStreamObserver<R> observer) {
            // Answers for a caller that left are dropped then instead of throwing.
            observer.setOnCancelHandler(answer::sent);
            observer.setOnCloseHandler(answer::sent);
        }
        long begun = System.nanoTime();
        List<R> replies;
        RequestId id;
        Asked asked = Asked.CURRENT.get();
        try (Requests.Request request = requests.begin(rpc)) {
            id = request.id();
            if (asked != null) {
                LOG.log(DEBUG, () -> rpc + " id=" + request.id() + " asks " + asked.text());
            }
            try {
                replies = ScopedValue.where(RequestId.CURRENT, id)
                        .where(Timeline.CURRENT, request.timeline())
                        .where(Answer.CURRENT, answer)
                        .call(() -> withCallersTime(handler));
            } catch (Exception e) {
                log(rpc, id, begun, e);
                out.onError(ErrorCodes.toStatus(rpc, id, e));
                return;
            }
        }
        replies.forEach(out::onNext);
        out.onCompleted();
        if (!(out instanceof ServerCallStreamObserver<R>)) {
            answer.sent();
        }
        LOG.log(
                DEBUG,
                () -> rpc + " id=" + id + " took " + millisSince(begun) + " ms"
                        + (asked == null ? "" : answer(replies)));
    }

    /** Whether requests and answers are told in the log. */
    static boolean tellsMessages() {
        return LOG.isLoggable(DEBUG);
    }

    private static String answer(List<?> replies) {
        return replies.size() == 1 && replies.getFirst() instanceof MessageLite only
                ? " and answers " + MessageText.of(only)
                : " and answers " + replies.size() + " messages";
    }

    /** Answers with the items in chunks; no item means no message. Spec: CRI 1.36, the Stream calls. */
    <I, R> void stream(String rpc, StreamObserver<R> out, Handler<List<I>> items, Function<List<I>, R> chunk) {
        answerAll(rpc, out, () -> {
            List<I> all = items.handle();
            return IntStream.iterate(0, from -> from < all.size(), from -> from + LARGEST_CHUNK)
                    .mapToObj(from -> chunk.apply(all.subList(from, Math.min(all.size(), from + LARGEST_CHUNK))))
                    .toList();
        });
    }

    private static <R> R withCallersTime(Handler<R> handler) throws Exception {
        Context context = Context.current();
        var interruption = new Interruption(Thread.currentThread());
        Context.CancellationListener interrupt = _ -> interruption.begin();
        context.addListener(interrupt, Runnable::run);
        try {
            io.grpc.Deadline wire = context.getDeadline();
            if (wire == null) {
                return handler.handle();
            }
            Deadline deadline = Deadline.after(Duration.ofNanos(Math.max(0, wire.timeRemaining(TimeUnit.NANOSECONDS))));
            return ScopedValue.where(Deadline.CURRENT, deadline).call(handler::handle);
        } finally {
            context.removeListener(interrupt);
            interruption.end();
        }
    }

    private static void log(String rpc, RequestId id, long begun, Exception error) {
        LOG.log(WARNING, () -> rpc + " id=" + id + " after " + millisSince(begun) + " ms: " + error.getMessage());
    }

    private static long millisSince(long nanoTime) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
    }
}
