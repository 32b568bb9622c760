package io.zrs.testing.contract;

import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A resolver that notes what it is asked, and merges nothing until a test says how. Threading: thread-safe. */
final class TestResolver implements ConflictResolver {
    /** A question, as texts. */
    record Question(Oid oid, String old, String committed, String changed) {}

    private final List<Question> questions = new ArrayList<>();
    private ConflictResolver answer = ConflictResolver.NONE;

    @Override
    public synchronized byte @Nullable [] resolve(Oid oid, byte[] old, byte[] committed, byte[] changed) {
        questions.add(new Question(oid, text(old), text(committed), text(changed)));
        return answer.resolve(oid, old, committed, changed);
    }

    synchronized void answer(ConflictResolver newAnswer) {
        answer = newAnswer;
    }

    /** Merges by joining the texts: {@code old<committed<changed}. */
    void join() {
        answer((oid, old, committed, changed) ->
                (text(old) + "<" + text(committed) + "<" + text(changed)).getBytes(StandardCharsets.UTF_8));
    }

    synchronized List<Question> questions() {
        return List.copyOf(questions);
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }
}
