package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sort"

	"github.com/gotd/td/telegram/downloader"
	"github.com/gotd/td/telegram/message"
	"github.com/gotd/td/telegram/message/unpack"
	"github.com/gotd/td/telegram/query"
	"github.com/gotd/td/telegram/uploader"
	"github.com/gotd/td/tg"
)

const (
	mib       = 1 << 20
	rangeSize = 64 << 10
)

func (it *taker) history(ctx context.Context) (found, error) {
	var ids []int
	var texts []string
	iterator := query.Messages(it.api).GetHistory(it.forum).BatchSize(100).Iter()
	for iterator.Next(ctx) {
		element := iterator.Value()
		ids = append(ids, element.Msg.GetID())
		message, ok := element.Msg.(*tg.Message)
		if ok && message.Message != "" {
			texts = append(texts, message.Message)
		}
		if ok && it.film == nil {
			it.film = documentOf(message)
		}
	}
	return found{"ids": ids, "texts": texts}, iterator.Err()
}

func (it *taker) onePage(ctx context.Context, page page) (found, error) {
	class, err := it.api.MessagesGetHistory(ctx, &tg.MessagesGetHistoryRequest{
		Peer:       it.forum,
		OffsetID:   page.OffsetID,
		OffsetDate: page.OffsetDate,
		AddOffset:  page.AddOffset,
		Limit:      page.Limit,
		MinID:      page.MinID,
		MaxID:      page.MaxID,
	})
	return found{"ids": idsOf(class)}, err
}

func (it *taker) topics(ctx context.Context) (found, error) {
	topics, err := it.api.MessagesGetForumTopics(ctx, &tg.MessagesGetForumTopicsRequest{Peer: it.forum, Limit: 100})
	if err != nil {
		return nil, err
	}
	var titles []string
	for _, topic := range topics.Topics {
		if topic, ok := topic.(*tg.ForumTopic); ok {
			titles = append(titles, topic.Title)
		}
	}
	sort.Strings(titles)
	var ids []int
	for {
		request := &tg.MessagesGetRepliesRequest{Peer: it.forum, MsgID: it.facts.TopicID, Limit: 100}
		if len(ids) > 0 {
			request.OffsetID = ids[len(ids)-1]
		}
		class, err := it.api.MessagesGetReplies(ctx, request)
		if err != nil {
			return nil, err
		}
		more := idsOf(class)
		if len(more) == 0 {
			return found{"titles": titles, "ids": ids}, nil
		}
		ids = append(ids, more...)
	}
}

func (it *taker) files(ctx context.Context) {
	take(ctx, "download: home DC", func(ctx context.Context) (found, error) {
		class, err := it.api.MessagesGetHistory(ctx, &tg.MessagesGetHistoryRequest{Peer: it.channel, Limit: 1})
		if err != nil {
			return nil, err
		}
		photo, err := photoOf(messagesOf(class)[0])
		if err != nil {
			return nil, err
		}
		data, err := it.download(ctx, photo)
		return found{"sha256": hash(data)}, err
	})
	take(ctx, "download: other DC", func(ctx context.Context) (found, error) {
		data, err := it.download(ctx, it.film.AsInputDocumentFileLocation(""))
		name := ""
		for _, attribute := range it.film.Attributes {
			if attribute, ok := attribute.(*tg.DocumentAttributeFilename); ok {
				name = attribute.FileName
			}
		}
		return found{"sha256": hash(data), "name": name, "dc": it.film.DCID}, err
	})
	take(ctx, "download: from the middle", func(ctx context.Context) (found, error) {
		var data []byte
		for offset := int64(mib); offset < it.film.Size; offset += rangeSize {
			class, err := it.api.UploadGetFile(ctx, &tg.UploadGetFileRequest{
				Location: it.film.AsInputDocumentFileLocation(""), Offset: offset, Limit: rangeSize,
			})
			if err != nil {
				return nil, err
			}
			file, ok := class.(*tg.UploadFile)
			if !ok {
				return nil, fmt.Errorf("%T instead of a file", class)
			}
			data = append(data, file.Bytes...)
		}
		return found{"sha256": hash(data)}, nil
	})
	take(ctx, "download: thumbnail", func(ctx context.Context) (found, error) {
		size, ok := it.film.Thumbs[0].(*tg.PhotoSize)
		if !ok {
			return nil, fmt.Errorf("%T instead of a size", it.film.Thumbs[0])
		}
		data, err := it.download(ctx, it.film.AsInputDocumentFileLocation(size.Type))
		return found{"isJpeg": bytes.HasPrefix(data, []byte{0xff, 0xd8})}, err
	})
	take(ctx, "upload: small", func(ctx context.Context) (found, error) { return it.upload(ctx, it.facts.SmallBytes) })
	take(ctx, "upload: large", func(ctx context.Context) (found, error) { return it.upload(ctx, it.facts.LargeBytes) })
}

func (it *taker) download(ctx context.Context, location tg.InputFileLocationClass) ([]byte, error) {
	var data bytes.Buffer
	_, err := downloader.NewDownloader().Download(it.api, location).Stream(ctx, &data)
	return data.Bytes(), err
}

func (it *taker) upload(ctx context.Context, size int) (found, error) {
	data := make([]byte, size)
	if _, err := io.ReadFull(rand.Reader, data); err != nil {
		return nil, err
	}
	file, err := uploader.NewUploader(it.api).FromBytes(ctx, "upload.bin", data)
	if err != nil {
		return nil, err
	}
	sender := message.NewSender(it.api).To(it.forum).Reply(it.facts.TopicID)
	id, err := unpack.MessageID(sender.Media(ctx, message.UploadedDocument(file).Filename("upload.bin").ForceFile(true)))
	if err != nil {
		return nil, err
	}
	sent, err := it.one(ctx, id)
	if err != nil {
		return nil, err
	}
	document := documentOf(sent)
	if document == nil {
		return nil, errors.New("the message has no document")
	}
	back, err := it.download(ctx, document.AsInputDocumentFileLocation(""))
	return found{"id": id, "sha256": hash(data), "back": hash(back)}, err
}

func (it *taker) one(ctx context.Context, id int) (*tg.Message, error) {
	class, err := it.api.ChannelsGetMessages(ctx, &tg.ChannelsGetMessagesRequest{
		Channel: &tg.InputChannel{ChannelID: it.forum.ChannelID, AccessHash: it.forum.AccessHash},
		ID:      []tg.InputMessageClass{&tg.InputMessageID{ID: id}},
	})
	if err != nil {
		return nil, err
	}
	if message, ok := messagesOf(class)[0].(*tg.Message); ok {
		return message, nil
	}
	return nil, fmt.Errorf("there is no message %d", id)
}

func messagesOf(class tg.MessagesMessagesClass) []tg.MessageClass {
	if modified, ok := class.AsModified(); ok {
		return modified.GetMessages()
	}
	return nil
}

func idsOf(class tg.MessagesMessagesClass) []int {
	ids := []int{}
	if class == nil {
		return ids
	}
	for _, message := range messagesOf(class) {
		ids = append(ids, message.GetID())
	}
	return ids
}

func documentOf(message *tg.Message) *tg.Document {
	media, ok := message.Media.(*tg.MessageMediaDocument)
	if !ok {
		return nil
	}
	document, _ := media.Document.(*tg.Document)
	return document
}

// photoOf is where the largest size of a message's photo lies.
func photoOf(class tg.MessageClass) (tg.InputFileLocationClass, error) {
	message, ok := class.(*tg.Message)
	if !ok {
		return nil, fmt.Errorf("%T instead of a message", class)
	}
	media, ok := message.Media.(*tg.MessageMediaPhoto)
	if !ok {
		return nil, fmt.Errorf("%T instead of a photo", message.Media)
	}
	photo, ok := media.Photo.(*tg.Photo)
	if !ok {
		return nil, fmt.Errorf("%T instead of a photo", media.Photo)
	}
	largest, ok := photo.Sizes[len(photo.Sizes)-1].(*tg.PhotoSize)
	if !ok {
		return nil, errors.New("the photo has no size")
	}
	return &tg.InputPhotoFileLocation{
		ID: photo.ID, AccessHash: photo.AccessHash, FileReference: photo.FileReference, ThumbSize: largest.Type,
	}, nil
}
